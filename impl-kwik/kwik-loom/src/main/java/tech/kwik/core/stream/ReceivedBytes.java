package tech.kwik.core.stream;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import tech.kwik.core.frame.ReceivedStreamFrame;
import tech.kwik.core.frame.StreamFrame;

/**
 * The bytes of a stream that were received and not read yet. Not thread-safe: the receiving part's
 * lock guards it.
 *
 * <p>However a peer cuts and orders its frames, memory stays within a small multiple of the
 * flow-control window: bytes in order are kept as the arrays of their frames, or copied together
 * where frames are small, and bytes ahead of a gap lie in blocks of fixed size with one bit per
 * byte, so that a million frames of one byte cost no more than one of a million.
 */
public final class ReceivedBytes {

  private static final int SMALL = 256;
  private static final int CHUNK = 512;
  private static final int KEPT_FACTOR = 4;
  private static final int KEPT_FOR_ANY = 1_500;
  static final int BLOCK = 4096;

  /** Bytes in order, from start to end. */
  private static final class Run {
    final byte[] array;
    final boolean growable;
    int start;
    int end;

    Run(byte[] array, int start, int end, boolean growable) {
      this.array = array;
      this.start = start;
      this.end = end;
      this.growable = growable;
    }
  }

  /** Bytes ahead of a gap; a byte is written once and never changes after its bit was set. */
  private static final class Block {
    final byte[] bytes = new byte[BLOCK];
    final BitSet present = new BitSet(BLOCK);
  }

  private final ArrayDeque<Run> inOrder = new ArrayDeque<>(2);
  private Map<Long, Block> ahead = Map.of();

  /** All bytes below have been received. */
  private long contiguousOffset;

  private int available;

  public int available() {
    return available;
  }

  public long contiguousOffset() {
    return contiguousOffset;
  }

  void add(StreamFrame frame) {
    if (frame instanceof ReceivedStreamFrame received) {
      add(received.getOffset(), received.array(), received.start(), received.getLength());
    } else {
      add(frame.getOffset(), frame.getStreamData());
    }
  }

  /** Adds bytes that may overlap or repeat what is there; takes over the array. */
  public void add(long offset, byte[] data) {
    add(offset, data, 0, data.length);
  }

  /** Adds a range of an array, which nobody may write to any more. */
  void add(long offset, byte[] data, int start, int length) {
    if (offset + length <= contiguousOffset) {
      return;
    }
    if (offset > contiguousOffset) {
      addAhead(offset, data, start, length);
      return;
    }
    long block = contiguousOffset / BLOCK;
    append(data, start + (int) (contiguousOffset - offset), start + length);
    if (!ahead.isEmpty()) {
      joinAhead();
      dropOvertaken(block);
    }
  }

  public int read(byte[] target, int offset, int length) {
    int done = 0;
    while (done < length && available > 0) {
      Run head = inOrder.peekFirst();
      int n = Math.min(length - done, head.end - head.start);
      System.arraycopy(head.array, head.start, target, offset + done, n);
      head.start += n;
      done += n;
      available -= n;
      if (head.start == head.end) {
        inOrder.removeFirst();
      }
    }
    return done;
  }

  private void append(byte[] data, int start, int end) {
    int length = end - start;
    Run tail = inOrder.peekLast();
    if (worthKeeping(data.length, length, tail == null)) {
      inOrder.addLast(new Run(data, start, end, false));
    } else {
      int fits = tail != null && tail.growable ? Math.min(length, tail.array.length - tail.end) : 0;
      if (fits > 0) {
        System.arraycopy(data, start, tail.array, tail.end, fits);
        tail.end += fits;
      }
      if (fits < length) {
        byte[] chunk = new byte[Math.max(CHUNK, length - fits)];
        System.arraycopy(data, start + fits, chunk, 0, length - fits);
        inOrder.addLast(new Run(chunk, 0, length - fits, true));
      }
    }
    available += length;
    contiguousOffset += length;
  }

  /** Whether to keep an array for a part of it, rather than to copy that part. */
  private static boolean worthKeeping(int size, int part, boolean only) {
    return only && size <= KEPT_FOR_ANY || part >= SMALL && size <= KEPT_FACTOR * part;
  }

  private void addAhead(long offset, byte[] data, int start, int length) {
    if (ahead.isEmpty()) {
      ahead = new HashMap<>();
    }
    for (int at = 0; at < length; ) {
      Block block = ahead.computeIfAbsent((offset + at) / BLOCK, key -> new Block());
      int position = (int) ((offset + at) % BLOCK);
      int n = Math.min(length - at, BLOCK - position);
      copyAbsent(block, position, data, start + at, n);
      at += n;
    }
  }

  private static void copyAbsent(Block block, int position, byte[] data, int at, int length) {
    int end = position + length;
    int from = block.present.nextClearBit(position);
    while (from < end) {
      int next = block.present.nextSetBit(from);
      int to = next < 0 ? end : Math.min(next, end);
      System.arraycopy(data, at + from - position, block.bytes, from, to - from);
      block.present.set(from, to);
      from = block.present.nextClearBit(to);
    }
  }

  /** Moves what follows the contiguous bytes without a gap. */
  private void joinAhead() {
    int to = BLOCK;
    while (to == BLOCK) {
      Block block = ahead.get(contiguousOffset / BLOCK);
      int from = (int) (contiguousOffset % BLOCK);
      to = block == null ? from : Math.min(block.present.nextClearBit(from), BLOCK);
      if (to > from) {
        append(block.bytes, from, to);
      }
    }
  }

  private void dropOvertaken(long block) {
    long current = contiguousOffset / BLOCK;
    for (long passed = block; passed < current; passed++) {
      ahead.remove(passed);
    }
    Block last = ahead.get(current);
    if (last != null && last.present.length() <= contiguousOffset % BLOCK) {
      ahead.remove(current);
    }
  }
}
