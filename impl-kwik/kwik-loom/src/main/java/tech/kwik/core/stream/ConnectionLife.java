package tech.kwik.core.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tech.kwik.core.loom.ConnectionEnd;

/** How far a connection's life has come, for those who wait for it. Any thread may call. */
final class ConnectionLife {

  private static final long LONGEST_START_SECONDS = 2;

  private final CountDownLatch terminated = new CountDownLatch(1);
  private final CountDownLatch handshakeStarted = new CountDownLatch(1);

  /** The streams with data or an end that the peer has not acknowledged. */
  private final AtomicInteger unacknowledged = new AtomicInteger();

  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile ConnectionEnd end;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock, and end is written under it.
  private final List<Consumer<ConnectionEnd>> callbacks = new ArrayList<>();

  boolean beginsClosing() {
    return closing.compareAndSet(false, true);
  }

  void handshakeStarted() {
    handshakeStarted.countDown();
  }

  /** Waits for a client's TLS engine; not for long, in case that its start failed. */
  void awaitHandshakeStarted() {
    if (handshakeStarted.getCount() == 0) {
      return;
    }
    try {
      if (!handshakeStarted.await(LONGEST_START_SECONDS, TimeUnit.SECONDS)) {
        handshakeStarted.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Optional<ConnectionEnd> end() {
    return Optional.ofNullable(end);
  }

  /** Whether this was the first end. */
  boolean ended(ConnectionEnd connectionEnd) {
    List<Consumer<ConnectionEnd>> toCall;
    lock.lock();
    try {
      if (end != null) {
        return false;
      }
      end = connectionEnd;
      toCall = List.copyOf(callbacks);
      callbacks.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    toCall.forEach(callback -> callback.accept(connectionEnd));
    return true;
  }

  void onEnd(Consumer<ConnectionEnd> callback) {
    lock.lock();
    try {
      if (end == null) {
        callbacks.add(callback);
        return;
      }
    } finally {
      lock.unlock();
    }
    callback.accept(end);
  }

  void streamUnacknowledged() {
    unacknowledged.incrementAndGet();
  }

  void streamAcknowledged() {
    if (unacknowledged.decrementAndGet() == 0) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  boolean awaitAcknowledged(Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (unacknowledged.get() != 0 && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return unacknowledged.get() == 0;
    } finally {
      lock.unlock();
    }
  }

  void terminated() {
    terminated.countDown();
  }

  boolean awaitTerminated(Duration timeout) throws InterruptedException {
    return terminated.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
