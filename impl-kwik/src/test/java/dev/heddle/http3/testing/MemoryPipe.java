package dev.heddle.http3.testing;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One direction of a stream in memory: a bounded buffer with FIN, RESET_STREAM and STOP_SENDING.
 */
final class MemoryPipe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Supplier<ConnectionClosedException> writerEnd;
  private final Supplier<ConnectionClosedException> readerEnd;
  private final Runnable onClosed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private final byte[] buffer;
  private int from;
  private int size;
  private boolean fin;
  private OptionalLong reset = OptionalLong.empty();
  private OptionalLong stop = OptionalLong.empty();
  private boolean discarded;
  private boolean closed;
  private int writes;
  private int waiting;
  private volatile Runnable onStopped;

  /** The suppliers say how the connection ended for either side, or null while it lives. */
  MemoryPipe(
      int capacity,
      Supplier<ConnectionClosedException> writerEnd,
      Supplier<ConnectionClosedException> readerEnd,
      Runnable onClosed) {
    this.buffer = new byte[capacity];
    this.writerEnd = writerEnd;
    this.readerEnd = readerEnd;
    this.onClosed = onClosed;
  }

  void write(boolean end, ByteBuffer... parts) throws IOException {
    lockInterruptibly();
    try {
      writes++;
      requireWritable();
      for (ByteBuffer part : parts) {
        while (part.hasRemaining()) {
          while (size == buffer.length) {
            await();
            requireWritable();
          }
          put(part);
          changed.signalAll();
        }
      }
      fin |= end;
      changed.signalAll();
    } finally {
      unlock();
    }
  }

  private void requireWritable() throws IOException {
    if (writerEnd.get() != null) {
      throw writerEnd.get();
    }
    if (stop.isPresent()) {
      throw new StreamResetException(new ErrorCode(stop.getAsLong()), true, "stopped by the peer");
    }
    if (reset.isPresent() || fin) {
      throw new IOException("a write after the end");
    }
  }

  private void put(ByteBuffer part) {
    int to = (from + size) % buffer.length;
    int count = Math.min(part.remaining(), Math.min(buffer.length - size, buffer.length - to));
    part.get(buffer, to, count);
    size += count;
  }

  int read(byte[] target, int offset, int length) throws IOException {
    lockInterruptibly();
    try {
      while (true) {
        if (reset.isPresent()) {
          throw new StreamResetException(
              new ErrorCode(reset.getAsLong()), true, "reset by the peer");
        }
        if (stop.isPresent() || discarded) {
          throw new IOException("a read after stopSending");
        }
        if (size > 0) {
          int count = Math.min(length, Math.min(size, buffer.length - from));
          System.arraycopy(buffer, from, target, offset, count);
          from = (from + count) % buffer.length;
          size -= count;
          changed.signalAll();
          return count;
        }
        if (fin) {
          closed = true;
          return -1;
        }
        if (readerEnd.get() != null) {
          throw readerEnd.get();
        }
        await();
      }
    } finally {
      unlock();
    }
  }

  boolean awaitReadable(long nanos) throws InterruptedIOException {
    lockInterruptibly();
    try {
      long left = nanos;
      while (size == 0 && !fin && reset.isEmpty() && stop.isEmpty() && readerEnd.get() == null) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    } finally {
      unlock();
    }
  }

  void reset(long code) {
    lock.lock();
    try {
      if (!fin && reset.isEmpty() && writerEnd.get() == null) {
        reset = OptionalLong.of(code);
        size = 0;
        closed = true;
        changed.signalAll();
      }
    } finally {
      unlock();
    }
  }

  /** Has something run once the reader has asked to stop; at once if it has. */
  void onStopped(Runnable action) {
    lock.lock();
    try {
      onStopped = action;
    } finally {
      lock.unlock();
    }
    tellStopped();
  }

  private void tellStopped() {
    if (stopCode().isPresent() && onStopped != null) {
      onStopped.run();
    }
  }

  void stop(long code) {
    lock.lock();
    try {
      if (fin) {
        discarded |= !closed;
      } else if (stop.isEmpty() && reset.isEmpty() && readerEnd.get() == null) {
        stop = OptionalLong.of(code);
      }
      size = 0;
      closed = true;
      changed.signalAll();
    } finally {
      unlock();
    }
    tellStopped();
  }

  /** Wakes whoever waits: the connection has ended. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  OptionalLong resetCode() {
    lock.lock();
    try {
      return reset;
    } finally {
      lock.unlock();
    }
  }

  OptionalLong stopCode() {
    lock.lock();
    try {
      return stop;
    } finally {
      lock.unlock();
    }
  }

  int writes() {
    lock.lock();
    try {
      return writes;
    } finally {
      lock.unlock();
    }
  }

  long awaitReset() {
    awaitUntil("a reset", () -> reset.isPresent());
    return resetCode().getAsLong();
  }

  long awaitStop() {
    awaitUntil("a STOP_SENDING", () -> stop.isPresent());
    return stopCode().getAsLong();
  }

  /** Until a thread has read everything and waits for more. */
  void awaitReader() {
    awaitUntil("a waiting reader", () -> waiting > 0 && size == 0 && !fin);
  }

  /** Until a thread has filled the buffer and waits for room. */
  void awaitWriter() {
    awaitUntil("a waiting writer", () -> waiting > 0 && size == buffer.length);
  }

  private void awaitUntil(String what, BooleanSupplier condition) {
    long nanos = PATIENCE.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (nanos <= 0 || writerEnd.get() != null) {
          throw new AssertionError("waited in vain for " + what, writerEnd.get());
        }
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      lock.unlock();
    }
  }

  private void await() throws InterruptedIOException {
    try {
      waiting++;
      changed.signalAll();
      changed.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    } finally {
      waiting--;
    }
  }

  private void lockInterruptibly() throws InterruptedIOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }

  private void unlock() {
    boolean over = closed;
    lock.unlock();
    if (over) {
      onClosed.run();
    }
  }
}
