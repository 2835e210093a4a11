package dev.heddle.http3.wire;

import java.io.IOException;

/**
 * Reads small elements from a {@link ByteSource} through a small buffer, and large ones past it
 * straight into the caller's array. One reader at a time.
 *
 * <p>The end of the source at a boundary is a value (-1); inside an integer it is a {@link
 * TruncatedException}.
 */
public final class BufferedByteSource implements ByteSource {
  /** What {@link #varint()} and {@link #readByte()} return where the source has ended. */
  public static final int END = -1;

  private static final int BUFFER_BYTES = 256; // a small message, most often
  private static final byte[] NONE = new byte[0];

  private final ByteSource source;
  private byte[] buffer = NONE; // allocated by the first read that needs it
  private int position;
  private int limit;
  private boolean ended;

  public BufferedByteSource(ByteSource source) {
    this.source = source;
  }

  /** Whether the source has ended; waits until there is a byte or the end. */
  public boolean atEnd() throws IOException {
    return position == limit && !fill();
  }

  /** The next octet as 0 to 255, or {@link #END}. */
  public int readByte() throws IOException {
    return position < limit || fill() ? buffer[position++] & 0xff : END;
  }

  /**
   * The next QUIC variable-length integer, or {@link #END}. It is consumed as a whole or not at
   * all, so a reader that was interrupted may come back.
   *
   * @throws TruncatedException where the source ends inside the integer
   */
  public long varint() throws IOException {
    if (position == limit && !fill()) {
      return END;
    }
    int length = VarInt.length(buffer[position]);
    while (limit - position < length) {
      if (!fill()) {
        throw new TruncatedException("end of stream inside an integer of " + length + " bytes");
      }
    }
    long value = VarInt.decode(buffer, position, limit);
    position += length;
    return value;
  }

  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    if (position == limit) {
      if (length >= BUFFER_BYTES) {
        return readPast(dst, offset, length);
      }
      if (!fill()) {
        return END;
      }
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, dst, offset, count);
    position += count;
    return count;
  }

  /**
   * Waits for at least one byte and discards what is there, up to {@code count} bytes.
   *
   * @param count at least 1
   * @return bytes discarded, at least 1, or {@link #END}
   */
  public int skip(long count) throws IOException {
    if (position == limit && !fill()) {
      return END;
    }
    int step = (int) Math.min(count, limit - position);
    position += step;
    return step;
  }

  /** Bytes that can be read without waiting and without a look at the source. */
  int buffered() {
    return limit - position;
  }

  /** The array that holds what is buffered, from where {@link #take} says. */
  byte[] buffer() {
    return buffer;
  }

  /** Takes buffered bytes, which stay where they are until the next read; says where they begin. */
  int take(int count) {
    position += count;
    return position - count;
  }

  private int readPast(byte[] dst, int offset, int length) throws IOException {
    if (ended) {
      return END;
    }
    int count = source.read(dst, offset, length);
    ended = count < 0;
    return count;
  }

  /** Adds at least one byte behind those that wait in the buffer, unless the source has ended. */
  private boolean fill() throws IOException {
    if (buffer.length == 0) {
      buffer = new byte[BUFFER_BYTES];
    }
    int waiting = limit - position;
    if (waiting > 0) {
      System.arraycopy(buffer, position, buffer, 0, waiting);
    }
    position = 0;
    limit = waiting;
    int count = readPast(buffer, limit, BUFFER_BYTES - limit);
    limit += Math.max(count, 0);
    return count > 0;
  }
}
