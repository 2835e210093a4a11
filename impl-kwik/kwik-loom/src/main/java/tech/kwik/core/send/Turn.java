package tech.kwik.core.send;

import java.util.concurrent.atomic.AtomicInteger;

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

  private final AtomicInteger marks = new AtomicInteger();
  private final Runnable work;

  public Turn(Runnable work) {
    this.work = work;
  }

  /** Does the work, or makes sure that the thread which is at it does it once more. */
  public void take() {
    if (marks.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      work.run();
      seen = marks.addAndGet(-seen);
    } while (seen != 0);
  }
}
