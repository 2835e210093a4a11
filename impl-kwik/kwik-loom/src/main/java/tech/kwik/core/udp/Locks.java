package tech.kwik.core.udp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** How locks are taken that are held for a few instructions only, by threads that never wait. */
public final class Locks {

  private static final int FIRST_SPINS = 100;
  private static final long LONGEST_SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Locks() {}

  /**
   * Takes a leaf lock without giving up the carrier: a virtual thread that waits for a lock in the
   * ordinary way gets no carrier back while other threads compute on all of them, and would keep
   * from everybody what it holds itself. The owner of a leaf lock runs, so there is little to wait.
   */
  public static void acquire(ReentrantLock lock) {
    for (int i = 0; i < FIRST_SPINS; i++) {
      if (lock.tryLock()) {
        return;
      }
      Thread.onSpinWait();
    }
    long start = System.nanoTime();
    while (System.nanoTime() - start < LONGEST_SPIN_NANOS) {
      if (lock.tryLock()) {
        return;
      }
      Thread.onSpinWait();
    }
    // Its owner has lost its processor to another process.
    lock.lock();
  }
}
