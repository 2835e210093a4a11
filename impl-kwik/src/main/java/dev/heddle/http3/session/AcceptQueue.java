package dev.heddle.http3.session;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What has arrived and waits for someone to accept it. Any number of producers and consumers. Its
 * owner bounds what can be in it.
 */
public final class AcceptQueue<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private Supplier<? extends IOException> end;

  /** An empty queue. */
  public AcceptQueue() {}

  /**
   * Adds one.
   *
   * @return false if the queue has ended
   */
  public boolean add(T arrival) {
    lock.lock();
    try {
      if (end != null) {
        return false;
      }
      waiting.add(arrival);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for one.
   *
   * @throws IOException the queue's end
   */
  public T take() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && end == null) {
        changed.await();
      }
      if (end != null) {
        throw end.get();
      }
      return waiting.remove();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the queue: every {@link #take} throws from now on. The first end counts.
   *
   * @return what nobody has accepted
   */
  public List<T> end(Supplier<? extends IOException> how) {
    lock.lock();
    try {
      if (end == null) {
        end = how;
      }
      List<T> left = new ArrayList<>(waiting);
      waiting.clear();
      changed.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }
}
