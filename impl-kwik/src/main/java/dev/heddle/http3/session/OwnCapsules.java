package dev.heddle.http3.session;

import dev.heddle.Capsule;
import dev.heddle.CapsuleStream;
import dev.heddle.http3.wire.CapsuleWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The capsules of the application's own types in one session. Any thread. */
final class OwnCapsules implements CapsuleStream {
  private static final int MOST_WAITING = 16;

  private final CapsuleOutbox outbox;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private final Set<Long> wanted = new HashSet<>();
  private final ArrayDeque<Capsule> arrived = new ArrayDeque<>();
  private Supplier<? extends IOException> end;

  OwnCapsules(CapsuleOutbox outbox) {
    this.outbox = outbox;
  }

  void want(long... types) {
    lock.lock();
    try {
      for (long type : types) {
        wanted.add(type);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean wants(long type) {
    lock.lock();
    try {
      return wanted.contains(type);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a capsule that has come (the capsule thread), waiting for room. */
  void deliver(Capsule capsule) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (arrived.size() >= MOST_WAITING && end == null) {
        changed.await();
      }
      if (end == null) {
        arrived.add(capsule);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What has arrived can still be read, then readers get the end. The first end counts. */
  void end(Supplier<? extends IOException> how) {
    lock.lock();
    try {
      if (end == null) {
        end = how;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Capsule read() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (arrived.isEmpty()) {
        if (end != null) {
          throw end.get();
        }
        changed.await();
      }
      changed.signalAll();
      return arrived.remove();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(Capsule capsule) throws IOException, InterruptedException {
    outbox.write(CapsuleWriter.capsule(capsule.type(), capsule.value()));
  }
}
