package dev.heddle.http3.wire;

import java.nio.ByteBuffer;

/** QUIC variable-length integers (RFC 9000 §16): 0 to 2^62-1 in 1, 2, 4 or 8 octets. */
public final class VarInt {
  /** The largest value, 2^62-1. */
  public static final long MAX = (1L << 62) - 1;

  /** Octets of the longest form. */
  public static final int MAX_BYTES = 8;

  /** What {@link #decode} returns where the input ends inside the integer. */
  public static final long TRUNCATED = -1;

  private VarInt() {}

  /**
   * Octets of the shortest form of {@code value}.
   *
   * @throws IllegalArgumentException outside 0 to {@link #MAX}
   */
  public static int size(long value) {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("not a 62-bit integer: " + value);
    }
    return value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 8;
  }

  /** Octets of the form that begins with {@code first}. */
  public static int length(int first) {
    return 1 << ((first & 0xc0) >>> 6);
  }

  /** Writes the shortest form at {@code offset} and returns the offset behind it. */
  public static int encode(long value, byte[] dst, int offset) {
    int size = size(value);
    long bits = value | prefix(size) << (size * 8 - 8);
    for (int i = size - 1; i >= 0; i--) {
      dst[offset + i] = (byte) bits;
      bits >>>= 8;
    }
    return offset + size;
  }

  /** Writes the shortest form at the buffer's position. */
  public static void encode(long value, ByteBuffer dst) {
    int size = size(value);
    long bits = value | prefix(size) << (size * 8 - 8);
    for (int shift = size * 8 - 8; shift >= 0; shift -= 8) {
      dst.put((byte) (bits >>> shift));
    }
  }

  /**
   * Reads an integer of any length form at the buffer's position and moves behind it.
   *
   * @return the value, or {@link #TRUNCATED} with the position unchanged
   */
  public static long decode(ByteBuffer src) {
    if (!src.hasRemaining()) {
      return TRUNCATED;
    }
    int first = src.get(src.position());
    int length = length(first);
    if (src.remaining() < length) {
      return TRUNCATED;
    }
    src.get();
    long value = first & 0x3f;
    for (int i = 1; i < length; i++) {
      value = value << 8 | src.get() & 0xff;
    }
    return value;
  }

  /**
   * Reads an integer of any length form at {@code offset}; it is {@code length(src[offset])} octets
   * long.
   *
   * @return the value, or {@link #TRUNCATED} where it reaches {@code limit}
   */
  public static long decode(byte[] src, int offset, int limit) {
    if (offset >= limit) {
      return TRUNCATED;
    }
    int length = length(src[offset]);
    if (limit - offset < length) {
      return TRUNCATED;
    }
    long value = src[offset] & 0x3f;
    for (int i = 1; i < length; i++) {
      value = value << 8 | src[offset + i] & 0xff;
    }
    return value;
  }

  private static long prefix(int size) {
    return (long) Integer.numberOfTrailingZeros(size) << 6;
  }
}
