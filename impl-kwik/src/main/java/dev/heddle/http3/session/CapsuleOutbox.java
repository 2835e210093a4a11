package dev.heddle.http3.session;

import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The capsules of one session on their way to its stream, in order. Any thread. A virtual thread,
 * which runs while there is something to write, writes them one by one: so nobody who is
 * interrupted while he waits can leave half a capsule behind.
 */
final class CapsuleOutbox {
  /** Bytes that may wait before writers do. */
  private static final int ROOM_BYTES = 64 * 1024;

  private record Outgoing(byte[] capsule, Runnable whenWritten) {}

  private final RequestStream stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  // Guarded by the lock.
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long added;
  private long written;
  private boolean running;
  private Supplier<? extends IOException> end;

  CapsuleOutbox(RequestStream stream) {
    this.stream = stream;
  }

  /**
   * Adds a capsule, waiting for room.
   *
   * @throws IOException how sending has ended
   * @throws InterruptedException if the thread was interrupted; nothing was added
   */
  void write(byte[] capsule) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen();
      while (waitingBytes >= ROOM_BYTES) {
        moved.await();
        requireOpen();
      }
      add(new Outgoing(capsule, () -> {}));
    } finally {
      lock.unlock();
    }
  }

  /** Adds a capsule if there is room. */
  boolean tryWrite(byte[] capsule) throws IOException {
    lock.lock();
    try {
      requireOpen();
      return waitingBytes < ROOM_BYTES && add(new Outgoing(capsule, () -> {}));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a capsule, room or not, for what its owner bounds. Does nothing once sending has ended.
   *
   * @param whenWritten runs when the transport has it, or sending has ended
   */
  void post(byte[] capsule, Runnable whenWritten) {
    lock.lock();
    try {
      if (end == null) {
        add(new Outgoing(capsule, whenWritten));
        return;
      }
    } finally {
      lock.unlock();
    }
    whenWritten.run();
  }

  /** Waits until everything that was added by now is with the transport. */
  void flush() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      long mine = added;
      while (written < mine) {
        requireOpen();
        moved.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends sending, for all who wait and all who come. The first end counts. */
  void end(Supplier<? extends IOException> how) {
    lock.lock();
    try {
      if (end == null) {
        end = how;
      }
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() throws IOException {
    if (end != null) {
      throw end.get();
    }
  }

  private boolean add(Outgoing outgoing) {
    waiting.add(outgoing);
    waitingBytes += outgoing.capsule.length;
    added++;
    if (!running) {
      running = true;
      Thread.ofVirtual().name("heddle-capsules-out").start(this::run);
    }
    return true;
  }

  private void run() {
    for (Outgoing next = next(); next != null; next = next()) {
      try {
        stream.write(next.capsule, 0, next.capsule.length);
      } catch (IOException e) {
        end(Ends.of(e, stream));
      }
      next.whenWritten.run();
      leave(next);
    }
  }

  /** The next one to write; null if there is none, and then the thread is over. */
  private Outgoing next() {
    lock.lock();
    try {
      Outgoing next = waiting.peek();
      running = next != null;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Outgoing gone) {
    lock.lock();
    try {
      waiting.remove();
      waitingBytes -= gone.capsule.length;
      written++;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
