package dev.heddle.bench.engine;

import dev.heddle.ErrorCode;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** One direction of a stream: one writer, one reader, no limit. */
final class Pipe {
  // Guarded by this.
  private byte[] bytes = new byte[256];
  private int from;
  private int to;
  private boolean fin;
  private long resetCode = -1;
  private long stopCode = -1;
  private Thread reader;
  private Runnable onStopped; // null until somebody wants to know

  synchronized void write(boolean end, ByteBuffer... parts) throws IOException {
    if (stopCode >= 0) {
      throw new StreamResetException(new ErrorCode(stopCode), true, "stopped by the peer");
    }
    for (ByteBuffer part : parts) {
      int count = part.remaining();
      if (bytes.length - to < count) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, to + count));
      }
      part.get(bytes, to, count);
      to += count;
    }
    fin |= end;
    LockSupport.unpark(reader);
  }

  int read(byte[] target, int offset, int length) throws IOException {
    while (true) {
      synchronized (this) {
        if (resetCode >= 0) {
          throw new StreamResetException(new ErrorCode(resetCode), true, "reset by the peer");
        }
        if (to > from) {
          int count = Math.min(length, to - from);
          System.arraycopy(bytes, from, target, offset, count);
          from += count;
          if (from == to && !fin) {
            from = 0;
            to = 0;
          }
          return count;
        }
        if (fin) {
          return -1;
        }
        reader = Thread.currentThread();
      }
      LockSupport.park(this);
      if (Thread.interrupted()) {
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  /** Whether a read would not wait, after at most so long. */
  boolean awaitReadable(long nanos) throws InterruptedIOException {
    long start = System.nanoTime();
    while (true) {
      synchronized (this) {
        if (resetCode >= 0 || to > from || fin) {
          return true;
        }
        reader = Thread.currentThread();
      }
      long left = nanos - (System.nanoTime() - start);
      if (left <= 0) {
        return false;
      }
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  synchronized void reset(long code) {
    if (!fin && resetCode < 0) {
      resetCode = code;
      LockSupport.unpark(reader);
    }
  }

  void stop(long code) {
    Runnable action;
    synchronized (this) {
      if (fin || stopCode >= 0) {
        return;
      }
      stopCode = code;
      action = onStopped;
    }
    if (action != null) {
      action.run();
    }
  }

  /** Has something run once the reader has asked to stop; at once if it has. */
  void onStopped(Runnable action) {
    synchronized (this) {
      onStopped = action;
      if (stopCode < 0) {
        return;
      }
    }
    action.run();
  }

  synchronized long resetCode() {
    return resetCode;
  }

  synchronized long stopCode() {
    return stopCode;
  }
}
