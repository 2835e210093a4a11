package dev.heddle.http3.datagram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Threads that wait until an attempt succeeds, the longest waiting first. Any thread; waking takes
 * no lock and never waits.
 *
 * <p>Nobody is forgotten: a thread enters itself before its last attempt, and whoever makes an
 * attempt possible looks for waiters afterwards, so that one of the two sees the other. Each change
 * wakes one thread. One that is woken and needs no waking passes it on.
 */
final class Waiters {
  /** No limit to the wait. */
  static final long FOREVER = Long.MAX_VALUE;

  private static final VarHandle FIRST;
  private static final VarHandle OTHERS;

  static {
    try {
      var lookup = MethodHandles.lookup();
      FIRST = lookup.findVarHandle(Waiters.class, "first", Thread.class);
      OTHERS = lookup.findVarHandle(Waiters.class, "others", Queue.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The thread that has waited longest, where it came when nobody waited; others queue behind. */
  private volatile Thread first;

  private volatile Queue<Thread> others; // null until there are two at once

  /**
   * Repeats the attempt until it gives a result, parking in between. An attempt that succeeds at
   * once does not look at the clock or the interrupt status.
   *
   * @return the result, or null when the time is over
   */
  <T> T await(Supplier<T> attempt, long limitNanos) throws InterruptedException {
    T result = attempt.get();
    if (result != null || limitNanos <= 0) {
      return result;
    }
    Thread thread = Thread.currentThread();
    long start = limitNanos == FOREVER ? 0 : System.nanoTime();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long left = limitNanos == FOREVER ? FOREVER : limitNanos - (System.nanoTime() - start);
      if (left <= 0) {
        return null;
      }
      enter(thread);
      result = attempt.get();
      if (result == null) {
        park(left);
      }
      boolean woken = !leave(thread);
      if (result != null) {
        if (woken) {
          wakeOne();
        }
        return result;
      }
      result = attempt.get();
      if (result != null) {
        return result;
      }
    }
  }

  private void enter(Thread thread) {
    Queue<Thread> queue = others;
    if (queue != null && !queue.isEmpty() || !FIRST.compareAndSet(this, null, thread)) {
      queue().add(thread);
    }
  }

  private Queue<Thread> queue() {
    if (others == null) {
      OTHERS.compareAndSet(this, null, new ConcurrentLinkedQueue<Thread>());
    }
    return others;
  }

  private boolean leave(Thread thread) {
    if (first == thread && FIRST.compareAndSet(this, thread, null)) {
      return true;
    }
    Queue<Thread> queue = others;
    return queue != null && queue.remove(thread);
  }

  private Thread poll() {
    Thread thread = first;
    while (thread != null) {
      if (FIRST.compareAndSet(this, thread, null)) {
        return thread;
      }
      thread = first;
    }
    Queue<Thread> queue = others;
    return queue == null ? null : queue.poll();
  }

  private void park(long nanos) {
    if (nanos == FOREVER) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, nanos);
    }
  }

  /** Lets the thread that has waited longest try again. */
  void wakeOne() {
    Thread thread = poll();
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Lets every waiting thread try again. */
  void wakeAll() {
    for (Thread thread = poll(); thread != null; thread = poll()) {
      LockSupport.unpark(thread);
    }
  }
}
