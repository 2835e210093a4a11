package tech.kwik.core.loom;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tech.kwik.core.udp.Locks;

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
  // Counts from Timer.ORIGIN, like all times here, so that they can be compared without overflow.
  private final AtomicLong due = new AtomicLong(NEVER);
  // On the timer's queue, or null. Written with the timer's lock held.
  private volatile Entry queued;

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
    due.set(time);
    // Either this sees what the timer has queued, or the timer, which takes it off the queue before
    // it looks at the time, sees the new time.
    Entry entry = queued;
    if (entry == null || entry.time > time) {
      TIMER.queue(this, time);
    }
  }

  /** Nothing is to be done any more. An action that runs at this moment goes on. */
  public void off() {
    due.set(NEVER);
    Entry entry = queued;
    // What is far away would keep the timer, and through it what the action refers to.
    if (entry != null && entry.time - Timer.now() > Timer.LINGER_NANOS) {
      TIMER.drop(this);
    }
  }

  /** An alarm on the queue, which has at most one entry of each. */
  private record Entry(long time, long order, Alarm alarm) implements Comparable<Entry> {
    private static final Comparator<Entry> SOONEST =
        Comparator.comparingLong(Entry::time).thenComparingLong(Entry::order);

    @Override
    public int compareTo(Entry other) {
      return SOONEST.compare(this, other);
    }
  }

  private static final class Timer implements Runnable {
    static final long ORIGIN = System.nanoTime();
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private final TreeSet<Entry> queue = new TreeSet<>();
    private long entries;
    private boolean running;

    void queue(Alarm alarm, long time) {
      Locks.acquire(lock);
      try {
        Entry before = alarm.queued;
        if (before != null) {
          if (before.time <= time) {
            return;
          }
          queue.remove(before);
        }
        Entry entry = new Entry(time, entries++, alarm);
        queue.add(entry);
        alarm.queued = entry;
        if (!running) {
          running = true;
          Thread.ofPlatform().daemon().name("kwik-timer").start(this);
        } else if (queue.first() == entry) {
          changed.signal();
        }
        // Either this sees that the alarm was switched off meanwhile, or off() sees the entry.
        if (alarm.due.get() == NEVER) {
          drop(alarm);
        }
      } finally {
        lock.unlock();
      }
    }

    /** Takes an alarm that is off out of the queue; one that was set again meanwhile stays in. */
    void drop(Alarm alarm) {
      Locks.acquire(lock);
      try {
        Entry entry = alarm.queued;
        if (entry != null && alarm.due.get() == NEVER) {
          queue.remove(entry);
          alarm.queued = null;
          if (queue.isEmpty()) {
            changed.signal();
          }
        }
      } finally {
        lock.unlock();
      }
      // Set between the look and the removal: at() may have trusted the entry that is gone.
      long due = alarm.due.get();
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
          tell(e);
        }
      }
    }

    private static void tell(Throwable failure) {
      Thread thread = Thread.currentThread();
      try {
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
      } catch (RuntimeException | Error e) {
        // The virtual machine, too, ignores what a handler throws.
      }
    }

    /** Waits for the next alarm that is due; null when there has been none for a while. */
    private Alarm next() {
      lock.lock();
      try {
        long idleSince = now();
        while (true) {
          long now = now();
          Entry head = queue.isEmpty() ? null : queue.first();
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
            queue.remove(head);
            head.alarm.queued = null;
            if (isDue(head.alarm, now)) {
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

    private boolean isDue(Alarm alarm, long now) {
      long due = alarm.due.get();
      // A time that is set at this moment is not overwritten, but looked at.
      while (due <= now && !alarm.due.compareAndSet(due, NEVER)) {
        due = alarm.due.get();
      }
      if (due <= now) {
        return true;
      }
      if (due != NEVER) {
        queue(alarm, due);
      }
      return false;
    }

    private static long now() {
      return System.nanoTime() - ORIGIN;
    }
  }
}
