package dev.heddle.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a {@link DatagramLoad} over pipes in turn, at a steady rate whatever comes back, and counts
 * the processor time of all of it.
 */
final class SteadyLoop {
  private static final Duration LOST_AFTER = Duration.ofMillis(250);

  private final List<? extends DatagramPipe> pipes;
  private final DatagramLoad load;
  private final long first = System.nanoTime(); // numbers are larger than those of earlier runs
  private final long[] sentAt;
  private final CountDownLatch missing;
  private volatile Latencies latencies; // once readers are there
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private volatile boolean over;

  SteadyLoop(List<? extends DatagramPipe> pipes, DatagramLoad load) {
    this.pipes = pipes;
    this.load = load;
    sentAt = new long[load.count()];
    missing = new CountDownLatch(load.count());
  }

  Measured run() throws Exception {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    List<Thread> readers = new ArrayList<>();
    for (DatagramPipe pipe : pipes) {
      readers.add(Thread.startVirtualThread(() -> read(pipe)));
    }
    latencies = new Latencies(load.count());
    long before = system.getProcessCpuTime();
    send();
    if (!missing.await(LOST_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
      System.err.println(missing.getCount() + " of " + load.count() + " were lost");
    }
    long processor = system.getProcessCpuTime() - before;
    Measured measured = latencies.measured().withProcessorNanos(processor);
    over = true;
    DatagramLoop.end(readers, failure.get());
    return measured;
  }

  private void send() throws Exception {
    long start = System.nanoTime();
    long gap = TimeUnit.SECONDS.toNanos(1) / load.perSecond();
    for (int i = 0; i < load.count(); i++) {
      long due = start + i * gap;
      for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      byte[] datagram = load.datagram(first + i);
      sentAt[i] = System.nanoTime();
      pipes.get(i % pipes.size()).send(datagram);
    }
  }

  private void read(DatagramPipe pipe) {
    try {
      while (!over) {
        byte[] datagram = pipe.receive(Duration.ofSeconds(30));
        long index = datagram == null ? -1 : load.number(datagram) - first;
        if (index >= 0) { // not a late one of an earlier run
          latencies.ended((int) index, sentAt[(int) index]);
          missing.countDown();
        }
      }
    } catch (InterruptedException e) {
      // The run is over.
    } catch (Exception e) {
      if (!over) {
        failure.compareAndSet(null, e);
      }
    }
  }
}
