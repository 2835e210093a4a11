package dev.heddle.http3.connection;

import dev.heddle.http3.wire.ByteSource;
import java.io.IOException;
import java.util.Arrays;

/** Body bytes that were read before anybody asked for them. For one reader at a time. */
final class AheadBytes {
  private static final int LEAST_BYTES = 256;
  private static final int MOST_BYTES = 4 * 1024;
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int from;
  private int to;

  boolean isEmpty() {
    return from == to;
  }

  boolean isFull() {
    return to == MOST_BYTES;
  }

  /** Reads once from a source that has not ended. */
  void fill(ByteSource source) throws IOException {
    if (to == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.clamp(2L * to, LEAST_BYTES, MOST_BYTES));
    }
    to += source.read(bytes, to, bytes.length - to);
  }

  int read(byte[] buffer, int offset, int length) {
    int count = Math.min(length, to - from);
    System.arraycopy(bytes, from, buffer, offset, count);
    from += count;
    if (from == to) {
      bytes = NONE;
      from = 0;
      to = 0;
    }
    return count;
  }
}
