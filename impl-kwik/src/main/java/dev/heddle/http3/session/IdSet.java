package dev.heddle.http3.session;

import java.util.Map;
import java.util.TreeMap;

/**
 * A growing set of numbers that were used, as ranges: what is used in order takes no room. For one
 * thread, or under its owner's lock.
 */
final class IdSet {
  private final TreeMap<Long, Long> ranges = new TreeMap<>(); // first to last

  /** Whether the number is there. */
  boolean contains(long id) {
    Map.Entry<Long, Long> below = ranges.floorEntry(id);
    return below != null && below.getValue() >= id;
  }

  /**
   * Adds a number.
   *
   * @return false if it was there
   */
  boolean add(long id) {
    if (contains(id)) {
      return false;
    }
    Map.Entry<Long, Long> below = ranges.lowerEntry(id);
    long first = below != null && below.getValue() == id - 1 ? below.getKey() : id;
    Long behind = ranges.remove(id + 1);
    ranges.put(first, behind == null ? id : behind);
    return true;
  }

  /** Forgets the range of the lowest numbers. */
  void forgetLowest() {
    ranges.pollFirstEntry();
  }

  /** How many ranges there are, which is what the set takes of memory. */
  int ranges() {
    return ranges.size();
  }
}
