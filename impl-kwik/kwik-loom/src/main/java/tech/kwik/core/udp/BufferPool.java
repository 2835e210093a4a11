package tech.kwik.core.udp;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Buffers that are needed while something is sent or received, and not by connections that are
 * quiet. Any thread calls.
 */
public final class BufferPool {

  private final int bytes;
  private final int most;
  private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * An empty pool.
   *
   * @param bytes the size of each buffer
   * @param most the number of unused buffers to keep
   */
  public BufferPool(int bytes, int most) {
    this.bytes = bytes;
    this.most = most;
  }

  /** A cleared buffer with an array, the caller's until it gives it back. */
  public ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      return ByteBuffer.allocate(bytes);
    }
    count.decrementAndGet();
    return buffer.clear();
  }

  public void give(ByteBuffer buffer) {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
    } else {
      free.add(buffer);
    }
  }
}
