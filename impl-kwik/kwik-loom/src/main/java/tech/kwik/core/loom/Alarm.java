package tech.kwik.core.loom;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A time at which something is to be done, on the one timer thread of the process. Setting it anew
 * is cheap: the timer looks at the time again when it wakes, so that an alarm that moves away with
 * each packet costs one wake-up per period, not one per packet.
 *
 * <p>Actions run one after another: they must not block.
 */
public final class Alarm {

  private static final long NEVER = Long.MAX_VALUE;
  private static final Timer TIMER = new Timer();

  private final Runnable action;
  // Both count from Timer.ORIGIN, so that they can be compared without overflow.
  private volatile long due = NEVER;
  private volatile long queuedFor = NEVER;

  public Alarm(Runnable action) {
    this.action = action;
  }

  /**
   * Sets the time, in place of an earlier one. May be called from anywhere.
   *
   * @param nanoTime by {@link System#nanoTime()}; a time that has passed means at once
   */
  public void at(long nanoTime) {
    long time = nanoTime - Timer.ORIGIN;
    due = time;
    // Either this sees what the timer has queued, or the timer, which takes it off the queue before
    // it looks at the time, sees the new time.
    if (queuedFor > time) {
      TIMER.queue(this, time);
    }
  }

  /** Nothing is to be done any more. An action that runs at this moment goes on. */
  public void off() {
    due = NEVER;
    long queued = queuedFor;
    // What is far away would keep the timer, and through it what the action refers to.
    if (queued != NEVER && queued - Timer.now() > Timer.LINGER_NANOS) {
      TIMER.drop(this);
    }
  }

  /** An alarm on the queue. It is out of date when the alarm is queued for another time. */
  private record Entry(long time, Alarm alarm) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return Long.compare(time, other.time);
    }
  }

  private static final class Timer implements Runnable {
    static final long ORIGIN = System.nanoTime();
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private boolean running;

    void queue(Alarm alarm, long time) {
      lock.lock();
      try {
        if (alarm.queuedFor <= time) {
          return;
        }
        alarm.queuedFor = time;
        Entry entry = new Entry(time, alarm);
        queue.add(entry);
        if (!running) {
          running = true;
          Thread.ofPlatform().daemon().name("kwik-timer").start(this);
        } else if (queue.peek() == entry) {
          changed.signal();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Takes an alarm that is off out of the queue; one that was set again meanwhile stays in. */
    void drop(Alarm alarm) {
      lock.lock();
      try {
        long queued = alarm.queuedFor;
        if (queued != NEVER && alarm.due == NEVER) {
          queue.removeIf(entry -> entry.alarm == alarm);
          alarm.queuedFor = NEVER;
          if (queue.isEmpty()) {
            changed.signal();
          }
        }
      } finally {
        lock.unlock();
      }
      // Set between the look and the removal: at() may have trusted the entry that is gone.
      long due = alarm.due;
      if (due != NEVER) {
        queue(alarm, due);
      }
    }

    @Override
    public void run() {
      Alarm alarm;
      while ((alarm = next()) != null) {
        try {
          alarm.action.run();
        } catch (RuntimeException | Error e) {
          // The others must not suffer. What an alarm does reports its own failures.
          Thread thread = Thread.currentThread();
          thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
      }
    }

    /** Waits for the next alarm that is due; null when there has been none for a while. */
    private Alarm next() {
      lock.lock();
      try {
        long idleSince = now();
        while (true) {
          long now = now();
          Entry head = queue.peek();
          if (head == null) {
            if (now - idleSince >= LINGER_NANOS) {
              running = false;
              return null;
            }
            changed.awaitNanos(LINGER_NANOS - (now - idleSince));
          } else if (head.time > now) {
            changed.awaitNanos(head.time - now);
            idleSince = now();
          } else {
            queue.remove();
            if (isDue(head, now)) {
              return head.alarm;
            }
            idleSince = now;
          }
        }
      } catch (InterruptedException e) {
        // Nobody has a reason to interrupt this thread; the next alarm starts another one.
        running = false;
        return null;
      } finally {
        lock.unlock();
      }
    }

    private boolean isDue(Entry entry, long now) {
      Alarm alarm = entry.alarm;
      if (alarm.queuedFor != entry.time) {
        return false;
      }
      alarm.queuedFor = NEVER;
      long due = alarm.due;
      if (due == NEVER) {
        return false;
      }
      if (due > now) {
        queue(alarm, due);
        return false;
      }
      alarm.due = NEVER;
      return true;
    }

    private static long now() {
      return System.nanoTime() - ORIGIN;
    }
  }
}
