package dev.heddle.http3.connection;

import dev.heddle.HeaderField;
import java.util.Arrays;

/**
 * Field lines that a peer sends again and again, by their encoding, so that they are decoded and
 * checked once. Any thread; races only lose entries. It holds at most {@value #PLACES} short lines,
 * and only what came twice.
 */
final class KnownLines {
  static final int PLACES = 64;
  static final int LONGEST = 64;

  private record Line(byte[] octets, HeaderField field) {}

  private final Line[] lines = new Line[PLACES];
  private final int[] seenOnce = new int[PLACES]; // hashes

  /** A number that the same octets have, and few others. */
  static int hash(byte[] octets, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + octets[i];
    }
    return hash;
  }

  /** The field with this encoding, or null. */
  HeaderField find(int hash, byte[] octets, int from, int to) {
    Line line = lines[place(hash)];
    return line != null && Arrays.equals(line.octets, 0, line.octets.length, octets, from, to)
        ? line.field
        : null;
  }

  /** Learns what octets without an entry stand for. */
  void learn(int hash, byte[] octets, int from, int to, HeaderField field) {
    int place = place(hash);
    if (seenOnce[place] == hash) {
      lines[place] = new Line(Arrays.copyOfRange(octets, from, to), field);
    } else {
      seenOnce[place] = hash;
    }
  }

  private static int place(int hash) {
    return (hash ^ hash >>> 16 ^ hash >>> 8) & PLACES - 1;
  }
}
