package tech.kwik.core.send;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tech.kwik.core.loom.Alarm;

/**
 * Sends for threads that make things sendable in quick succession: a virtual thread that runs
 * behind those which are about to run, so that what they write until then shares packets. Any
 * thread; the callers hold no lock.
 *
 * <p>Code that computes on every carrier must not keep from leaving what was left to that thread,
 * nor what comes later: when it has had no carrier for too long the timer sends, and whoever comes.
 */
final class Deputy {

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long NOBODY = Long.MIN_VALUE;

  private final Turn turn;
  private final Alarm rescue;
  private final Rhythm rhythm = new Rhythm();

  /** When the thread was started that is on its way, or {@link #NOBODY}. */
  private final AtomicLong started = new AtomicLong(NOBODY);

  Deputy(Turn turn) {
    this.turn = turn;
    rescue = new Alarm(turn::take);
  }

  /** Sends now what may leave, or has it sent. */
  void sendSoon() {
    long now = System.nanoTime();
    if (!rhythm.isFast(now)) {
      turn.take();
    } else if (started.compareAndSet(NOBODY, now)) {
      rescue.at(now + PATIENCE_NANOS);
      Thread.ofVirtual().name("kwik-send").start(this::send);
    } else if (!isOnItsWay()) {
      turn.take();
    }
  }

  /** Whether all that is sendable now will leave soon without the caller. */
  boolean isOnItsWay() {
    long since = started.get();
    return since != NOBODY && System.nanoTime() - since <= PATIENCE_NANOS;
  }

  private void send() {
    started.set(NOBODY);
    turn.take();
  }

  /** Nothing more is to be sent. */
  void end() {
    rescue.off();
  }
}
