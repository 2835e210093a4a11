package dev.heddle.http3.wire;

/**
 * The numbers 0x1f * N + 0x21 that RFC 9114 reserves among frame types, stream types, settings and
 * error codes, so that everyone keeps skipping what they do not know.
 */
public final class Grease {
  /** The largest N. */
  public static final long MAX_N = (VarInt.MAX - 0x21) / 0x1f;

  private Grease() {}

  /**
   * The reserved number of rank {@code n}.
   *
   * @throws IllegalArgumentException outside 0 to {@link #MAX_N}
   */
  public static long of(long n) {
    if (n < 0 || n > MAX_N) {
      throw new IllegalArgumentException("no reserved number has the rank " + n);
    }
    return 0x1f * n + 0x21;
  }

  /** Whether {@code code} is one of the reserved numbers. */
  public static boolean is(long code) {
    return code >= 0x21 && (code - 0x21) % 0x1f == 0;
  }
}
