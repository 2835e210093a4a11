package tech.kwik.core.recovery;

/**
 * The packets of one number space from the oldest in flight on, by packet number. Numbers of
 * packets that are not tracked, acknowledgements alone, are gaps. Guarded by the recovery lock.
 */
final class SentPackets {

  private static final int INITIAL_CAPACITY = 16;
  // What an idle connection keeps of its busy times.
  private static final int LARGEST_KEPT = 256;

  private PacketStatus[] ring = new PacketStatus[INITIAL_CAPACITY];
  private long first;
  private long next;

  /** Adds a packet whose number is larger than all before. */
  void add(PacketStatus packet) {
    long number = packet.number();
    if (first == next) {
      first = number;
    }
    while (number - first >= ring.length) {
      grow();
    }
    ring[slot(number)] = packet;
    next = number + 1;
  }

  /** The packet with this number, or null if it is not tracked, or no longer. */
  PacketStatus get(long number) {
    return number < first || number >= next ? null : ring[slot(number)];
  }

  /** The number where iteration starts. */
  long first() {
    return first;
  }

  /** One more than the largest number. */
  long next() {
    return next;
  }

  /** Forgets the packets at the front that are no longer in flight. */
  void trim() {
    while (first < next) {
      int slot = slot(first);
      PacketStatus packet = ring[slot];
      if (packet != null && packet.inFlight()) {
        return;
      }
      ring[slot] = null;
      first++;
    }
    if (ring.length > LARGEST_KEPT) {
      ring = new PacketStatus[INITIAL_CAPACITY];
    }
  }

  void clear() {
    ring = new PacketStatus[INITIAL_CAPACITY];
    first = next;
  }

  private int slot(long number) {
    return (int) number & ring.length - 1;
  }

  private void grow() {
    PacketStatus[] old = ring;
    PacketStatus[] larger = new PacketStatus[old.length * 2];
    for (long number = first; number < next; number++) {
      larger[(int) number & larger.length - 1] = old[(int) number & old.length - 1];
    }
    ring = larger;
  }
}
