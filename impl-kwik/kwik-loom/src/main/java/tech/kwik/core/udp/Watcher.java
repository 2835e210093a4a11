package tech.kwik.core.udp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The platform thread that waits for datagrams on behalf of the receive loops that sleep, and the
 * guard of those that do not: virtual threads are not preempted, so code that computes on every
 * carrier keeps a loop from running, and then its passes are made here. Exists while there are
 * loops.
 *
 * <p>The selector is this thread's alone. Others leave what they want in a queue and nudge: so no
 * virtual thread ever holds, or waits for, a lock of the selector, which it might do for as long as
 * it has no carrier. A socket is watched only while its loop sleeps.
 */
final class Watcher implements Runnable {

  /** A loop that has made no pass for so long gets help. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long GUARD_MILLIS = 5;
  private static final long LONGEST_FAREWELL_MILLIS = 1_000;

  /** Passes in a row for one loop before the others get their turn. */
  private static final int GUARD_PASSES = 8;

  private static final LeafLock GATE = new LeafLock();
  private static Watcher current; // guarded by GATE
  private int loops; // guarded by GATE

  private final Selector selector = Selector.open();
  private final Pipe nudges = Pipe.open();
  private final AtomicBoolean nudged = new AtomicBoolean();
  private final Queue<Runnable> wishes = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().daemon().name("kwik-watch").unstarted(this);

  // Belongs to the thread: the loops that do not sleep.
  private final List<ReceiveLoop> awake = new ArrayList<>();

  private Watcher() throws IOException {
    nudges.source().configureBlocking(false);
    nudges.sink().configureBlocking(false);
    nudges.source().register(selector, SelectionKey.OP_READ);
  }

  /** Begins to watch over a loop, whose thread starts after this. */
  static Watcher watch(ReceiveLoop loop) throws IOException {
    try (var _ = GATE.hold()) {
      Watcher watcher = current == null ? new Watcher() : current;
      watcher.loops++;
      watcher.wish(() -> watcher.register(loop));
      if (current == null) {
        current = watcher;
        watcher.thread.start();
      }
      return watcher;
    }
  }

  /** A loop goes to sleep: it is to be woken when there is something to receive. */
  void arm(ReceiveLoop loop) {
    wish(() -> sleep(loop));
  }

  /**
   * Forgets a loop, once; its socket frees its port when it is closed after this, not some time
   * later.
   */
  void forget(ReceiveLoop loop) {
    CountDownLatch forgotten = new CountDownLatch(1);
    if (Thread.currentThread() == thread) {
      deregister(loop, forgotten);
    } else {
      wish(() -> deregister(loop, forgotten));
      await(forgotten);
    }
    try (var _ = GATE.hold()) {
      if (--loops == 0) {
        if (current == this) {
          current = null;
        }
        wish(() -> {}); // the thread sees that it is over
      }
    }
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_FAREWELL_MILLIS);
    while (true) {
      try {
        // Not there in time: the thread has failed, and its selector is closed.
        latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void wish(Runnable wish) {
    wishes.add(wish);
    // One nudge at a time is enough.
    if (nudged.compareAndSet(false, true)) {
      try {
        nudges.sink().write(ByteBuffer.allocate(1));
      } catch (IOException e) {
        wakeAll();
      }
    }
  }

  @Override
  public void run() {
    try {
      while (!isOver()) {
        selector.select(this::readable, awake.isEmpty() ? 0 : GUARD_MILLIS);
        grantWishes();
        guard();
      }
    } catch (IOException e) {
      wakeAll();
    } finally {
      close();
    }
  }

  private boolean isOver() {
    try (var _ = GATE.hold()) {
      return loops == 0;
    }
  }

  private void readable(SelectionKey key) {
    if (key.attachment() instanceof ReceiveLoop loop) {
      if (key.isValid()) {
        key.interestOps(0);
      }
      awake.add(loop);
      loop.wake();
    } else {
      takeNudge();
    }
  }

  private void takeNudge() {
    try {
      nudges.source().read(ByteBuffer.allocate(1));
    } catch (IOException e) {
      // The pipe is of this process alone; what is wished for is seen in any case.
    }
    nudged.set(false);
  }

  private void grantWishes() {
    Runnable wish;
    while ((wish = wishes.poll()) != null) {
      wish.run();
    }
  }

  private void register(ReceiveLoop loop) {
    try {
      loop.socket().channel().register(selector, 0, loop);
      awake.add(loop);
    } catch (ClosedChannelException e) {
      loop.wake(); // it finds out itself
    }
  }

  private void sleep(ReceiveLoop loop) {
    awake.remove(loop);
    SelectionKey key = loop.socket().channel().keyFor(selector);
    if (key != null && key.isValid()) {
      key.interestOps(SelectionKey.OP_READ);
    } else {
      loop.wake();
    }
  }

  private void deregister(ReceiveLoop loop, CountDownLatch done) {
    awake.remove(loop);
    SelectionKey key = loop.socket().channel().keyFor(selector);
    if (key != null) {
      key.cancel();
      try {
        selector.selectNow(other -> {});
      } catch (IOException e) {
        // The next selection fails as well, and ends the thread.
      }
    }
    done.countDown();
  }

  private void guard() {
    long now = System.nanoTime();
    for (int i = 0; i < awake.size(); i++) {
      ReceiveLoop loop = awake.get(i);
      if (!loop.isAsleep() && loop.nanosWithoutPass(now) > PATIENCE_NANOS) {
        int passes = 0;
        while (passes < GUARD_PASSES && loop.passInstead() > 0) {
          passes++;
        }
      }
    }
  }

  /** Without a selector the loops must look for themselves. */
  private void wakeAll() {
    for (SelectionKey key : new ArrayList<>(selector.isOpen() ? selector.keys() : List.of())) {
      if (key.attachment() instanceof ReceiveLoop loop) {
        loop.wake();
      }
    }
  }

  private void close() {
    try (var _ = GATE.hold()) {
      if (current == this) {
        current = null;
      }
    }
    try (selector;
        var _ = nudges.source();
        var _ = nudges.sink()) {
      grantWishes(); // for those who wait to be forgotten
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
