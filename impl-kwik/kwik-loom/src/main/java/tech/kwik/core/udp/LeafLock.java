package tech.kwik.core.udp;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that is held for a few instructions, in place of a monitor: {@code try (var _ =
 * lock.hold())}. Under it nothing else is locked and nobody is called.
 *
 * <p>A virtual thread that waits for a monitor gives its carrier up, and where others compute on
 * all carriers it gets none back when the monitor is free: but it is next in line, and platform
 * threads behind it wait as well. See {@link Locks}.
 */
public final class LeafLock extends ReentrantLock implements AutoCloseable {

  /** Takes the lock; closing what this returns lets it go. */
  public LeafLock hold() {
    Locks.acquire(this);
    return this;
  }

  @Override
  public void close() {
    unlock();
  }
}
