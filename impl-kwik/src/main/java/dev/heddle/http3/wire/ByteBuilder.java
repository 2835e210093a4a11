package dev.heddle.http3.wire;

import java.util.Arrays;

/**
 * A growing array of bytes to build output in, reusable after {@link #clear()}. Not thread-safe: it
 * belongs to whoever holds the write lock of the stream.
 */
public final class ByteBuilder {
  /**
   * A larger array is not kept by {@link #clear()}, so one huge message costs no lasting memory.
   */
  private static final int KEPT_BYTES = 16 * 1024;

  private final int initialBytes;
  private byte[] array;
  private int size;

  public ByteBuilder() {
    this(128);
  }

  public ByteBuilder(int initialBytes) {
    this.initialBytes = initialBytes;
    this.array = new byte[initialBytes];
  }

  /** The bytes, from 0 to {@link #size()}. The next write may replace the array. */
  public byte[] array() {
    return array;
  }

  public int size() {
    return size;
  }

  public void clear() {
    size = 0;
    if (array.length > KEPT_BYTES) {
      array = new byte[initialBytes];
    }
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(array, size);
  }

  /**
   * Makes room for {@code count} bytes behind the last one, for a caller that writes them into
   * {@link #array()} from {@link #size()} on and then calls {@link #advance}.
   */
  public void reserve(int count) {
    if (array.length - size < count) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, Math.addExact(size, count)));
    }
  }

  /** Appends {@code count} bytes that the caller has written after {@link #reserve}. */
  public void advance(int count) {
    size += count;
  }

  public void writeByte(int octet) {
    reserve(1);
    array[size++] = (byte) octet;
  }

  public void write(byte[] src, int offset, int length) {
    reserve(length);
    System.arraycopy(src, offset, array, size, length);
    size += length;
  }

  /** Appends a QUIC variable-length integer. */
  public void varint(long value) {
    reserve(VarInt.MAX_BYTES);
    size = VarInt.encode(value, array, size);
  }

  /** Moves the bytes from {@code from} on by {@code by} places, dropping or opening a gap. */
  void shift(int from, int by) {
    reserve(Math.max(by, 0));
    System.arraycopy(array, from, array, from + by, size - from);
    size += by;
  }
}
