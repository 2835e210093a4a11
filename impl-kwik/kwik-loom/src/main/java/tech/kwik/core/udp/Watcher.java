package tech.kwik.core.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The platform thread that waits for datagrams on behalf of the receive loops that sleep, and the
 * guard of those that do not: virtual threads are not preempted, so code that computes on every
 * carrier keeps a loop from running, and then its passes are made here. Exists while there are
 * loops.
 *
 * <p>A socket is watched only while its loop sleeps: {@link #arm} asks for one wake-up.
 */
final class Watcher implements Runnable {

  /** A loop that has made no pass for so long gets help. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long GUARD_MILLIS = 5;
  private static final long LONGEST_FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Passes in a row for one loop before the others get their turn. */
  private static final int GUARD_PASSES = 8;

  private static final Object GATE = new Object();
  private static Watcher current; // guarded by GATE
  private int loops; // guarded by GATE

  private final Selector selector = Selector.open();
  private final Set<ReceiveLoop> awake = ConcurrentHashMap.newKeySet();
  private volatile Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition selected = lock.newCondition();

  private Watcher() throws IOException {}

  /** Begins to watch over a loop, whose thread starts after this. */
  static Watcher watch(ReceiveLoop loop) throws IOException {
    synchronized (GATE) {
      Watcher watcher = current;
      if (watcher == null) {
        watcher = new Watcher();
      }
      loop.socket().channel().register(watcher.selector, 0, loop);
      watcher.loops++;
      watcher.awake.add(loop);
      if (current == null) {
        current = watcher;
        watcher.thread = Thread.ofPlatform().daemon().name("kwik-watch").unstarted(watcher);
        watcher.thread.start();
      } else {
        watcher.selector.wakeup();
      }
      return watcher;
    }
  }

  /**
   * Forgets a loop, once; its socket frees its port when it is closed after this, not some time
   * later.
   */
  void forget(ReceiveLoop loop) {
    awake.remove(loop);
    SelectionKey key = loop.socket().channel().keyFor(selector);
    if (key != null) {
      key.cancel();
      if (Thread.currentThread() == thread) {
        selectNow();
      } else {
        selector.wakeup();
        awaitDeregistered(loop);
      }
    }
    synchronized (GATE) {
      if (--loops == 0) {
        current = null;
        selector.wakeup();
      }
    }
  }

  private void selectNow() {
    try {
      selector.selectNow(key -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitDeregistered(ReceiveLoop loop) {
    long left = LONGEST_FAREWELL_NANOS;
    boolean interrupted = false;
    lock.lock();
    try {
      while (loop.socket().channel().isRegistered() && left > 0) {
        try {
          left = selected.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A loop goes to sleep: it is to be woken when there is something to receive. */
  void arm(ReceiveLoop loop) {
    awake.remove(loop);
    SelectionKey key = loop.socket().channel().keyFor(selector);
    try {
      if (key != null) {
        key.interestOps(SelectionKey.OP_READ);
        selector.wakeup();
        return;
      }
    } catch (CancelledKeyException e) {
      // The loop is being closed.
    }
    loop.wake();
  }

  @Override
  public void run() {
    try {
      while (!isOver()) {
        long millis = awake.isEmpty() ? 0 : GUARD_MILLIS;
        selector.select(this::readable, millis);
        lock.lock();
        try {
          selected.signalAll();
        } finally {
          lock.unlock();
        }
        guard();
      }
    } catch (IOException | ClosedSelectorException e) {
      wakeAll();
    } finally {
      try {
        selector.close();
      } catch (IOException e) {
        // It is of no use any more either way.
      }
    }
  }

  private boolean isOver() {
    synchronized (GATE) {
      return loops == 0;
    }
  }

  private void readable(SelectionKey key) {
    try {
      key.interestOps(0);
    } catch (CancelledKeyException e) {
      return;
    }
    ReceiveLoop loop = (ReceiveLoop) key.attachment();
    awake.add(loop);
    loop.wake();
  }

  private void guard() {
    if (awake.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    for (ReceiveLoop loop : awake) {
      if (loop.isClosed()) {
        awake.remove(loop);
      } else if (!loop.isAsleep() && loop.nanosWithoutPass(now) > PATIENCE_NANOS) {
        for (int i = 0; i < GUARD_PASSES && loop.passInstead() > 0; i++) {
          Thread.onSpinWait();
        }
      }
    }
  }

  /** Without a selector the loops must look for themselves. */
  private void wakeAll() {
    List<SelectionKey> keys = new ArrayList<>(selector.isOpen() ? selector.keys() : Set.of());
    keys.forEach(key -> ((ReceiveLoop) key.attachment()).wake());
  }
}
