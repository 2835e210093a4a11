package dev.heddle.bench.load;

/**
 * The bytes of a transfer: byte {@code i} is {@code i mod 251}. What is read is checked at both
 * ends of each piece, which costs nothing and notices lost, doubled and exchanged pieces.
 */
public final class Payload {
  private static final int PERIOD = 251;

  /** The size of each write, a multiple of the pattern's period, so that all are the same bytes. */
  public static final int CHUNK_BYTES = 256 * PERIOD;

  private static final byte[] CHUNK = new byte[CHUNK_BYTES];

  static {
    for (int i = 0; i < CHUNK_BYTES; i++) {
      CHUNK[i] = (byte) (i % PERIOD);
    }
  }

  private Payload() {}

  /** The bytes of each write, shared: not to be changed. */
  public static byte[] chunk() {
    return CHUNK;
  }

  /**
   * How much of {@link #chunk()} comes next after {@code sent} of {@code total} bytes; 0 at the
   * end.
   */
  public static int next(long sent, long total) {
    return (int) Math.min(CHUNK_BYTES, total - sent);
  }

  /** Fails unless a piece that starts at {@code position} has these first and last bytes. */
  public static void check(long position, byte first, byte last, int length) {
    if (first != at(position) || last != at(position + length - 1)) {
      throw new IllegalStateException("wrong bytes at " + position + ", length " + length);
    }
  }

  /** Fails unless a piece that starts at {@code position} is right at both ends. */
  public static void check(long position, byte[] piece, int length) {
    check(position, piece[0], piece[length - 1], length);
  }

  /** Fails unless all bytes arrived, or as many as the other side says. */
  public static void checkCount(long expected, long counted) {
    if (expected != counted) {
      throw new IllegalStateException("expected " + expected + " bytes, counted " + counted);
    }
  }

  private static byte at(long position) {
    return (byte) (position % PERIOD);
  }
}
