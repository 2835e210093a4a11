package tech.kwik.core.send;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tech.kwik.core.loom.Alarm;

/**
 * One thread at a time does the work; marks left meanwhile make it do the work again. Any thread
 * calls, none waits.
 *
 * <p>No mark is lost: the counter is the lock and the marks in one. Who raises it from zero has the
 * turn, and can give it up only by taking off exactly the marks that it has seen; a mark that came
 * later keeps the counter above zero. Work that was made ready before a mark was left is seen by
 * the round that follows, since the counter's updates are ordered.
 */
public final class Turn {

  /** Who has worked so often for others goes on with its own business. */
  private static final int MOST_ROUNDS = 64;

  private static final long RESCUE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final AtomicInteger marks = new AtomicInteger();
  private final Runnable work;
  private final Alarm rescue = new Alarm(this::take);

  public Turn(Runnable work) {
    this.work = work;
  }

  /** Does the work, or makes sure that the thread which is at it does it once more. */
  public void take() {
    if (marks.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    for (int rounds = 1; seen != 0; rounds++) {
      if (rounds > MOST_ROUNDS && Thread.currentThread().isVirtual()) {
        handOn();
        return;
      }
      work.run();
      seen = marks.addAndGet(-seen);
    }
  }

  /**
   * Gives the turn up with work undone, to whoever comes first: a thread that marks, a virtual
   * thread, or the timer if code that computes leaves that one no carrier.
   */
  private void handOn() {
    marks.getAndSet(0);
    Thread.ofVirtual().name("kwik-send").start(this::take);
    rescue.at(System.nanoTime() + RESCUE_NANOS);
  }
}
