package tech.kwik.core.stream;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The bytes that were written to a stream and not sent yet. Not thread-safe: the sending part's
 * lock guards it.
 *
 * <p>Bytes are copied once, from the caller's buffers into chunks; frames refer to slices of them.
 */
final class SendQueue {

  /** A range of an array; its bytes never change again. */
  record Slice(byte[] array, int start, int length) {
    static final Slice EMPTY = new Slice(new byte[0], 0, 0);
  }

  private static final class Chunk {
    final byte[] array;
    int start;
    int end;

    Chunk(int capacity) {
      array = new byte[capacity];
    }

    int room() {
      return array.length - end;
    }

    int length() {
      return end - start;
    }
  }

  private static final int MAX_CHUNK = 16 * 1024;
  private static final int MIN_CHUNK = 1024;

  private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);
  private int size;

  int size() {
    return size;
  }

  /**
   * Takes up to {@code max} bytes from the parts, in order.
   *
   * @param last whether nothing will follow, so that no room need be kept for more
   */
  int append(ByteBuffer[] parts, int max, boolean last) {
    int total = 0;
    for (ByteBuffer part : parts) {
      total = (int) Math.min(max, (long) total + part.remaining());
    }
    int left = total;
    for (ByteBuffer part : parts) {
      while (left > 0 && part.hasRemaining()) {
        Chunk tail = chunks.peekLast();
        if (tail == null || tail.room() == 0) {
          tail = new Chunk(Math.min(MAX_CHUNK, last ? left : Math.max(left, MIN_CHUNK)));
          chunks.addLast(tail);
        }
        int n = Math.min(Math.min(left, part.remaining()), tail.room());
        part.get(tail.array, tail.end, n);
        tail.end += n;
        left -= n;
      }
    }
    size += total;
    return total;
  }

  /** Removes exactly {@code length} bytes, at most {@link #size()}, from the front. */
  Slice take(int length) {
    if (length == 0) {
      return Slice.EMPTY;
    }
    size -= length;
    Chunk head = chunks.peekFirst();
    if (head.length() >= length) {
      Slice slice = new Slice(head.array, head.start, length);
      head.start += length;
      // A used-up tail stays if it still has room: the next small write goes there.
      if (head.length() == 0 && (head.room() == 0 || chunks.size() > 1)) {
        chunks.removeFirst();
      }
      return slice;
    }
    byte[] joined = new byte[length];
    for (int at = 0; at < length; ) {
      head = chunks.peekFirst();
      int n = Math.min(length - at, head.length());
      System.arraycopy(head.array, head.start, joined, at, n);
      head.start += n;
      at += n;
      if (head.length() == 0) {
        chunks.removeFirst();
      }
    }
    return new Slice(joined, 0, length);
  }

  void clear() {
    chunks.clear();
    size = 0;
  }
}
