package dev.heddle.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs a {@link DatagramLoad} over pipes, in turn. What comes back late or out of order counts as
 * lost, and so does what another overtook; lost ones are not sent again and not counted.
 */
public final class DatagramLoop {
  private static final Duration LOST_AFTER = Duration.ofMillis(250);

  private final DatagramLoad load;
  private final List<Lane> lanes;
  private final Semaphore window;
  private final AtomicLong received = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private volatile boolean over;

  /** What is under way on one pipe. Numbers are larger than those of earlier runs. */
  private static final class Lane {
    final DatagramPipe pipe;
    volatile long sent = System.nanoTime();
    final AtomicLong awaited = new AtomicLong(sent);

    Lane(DatagramPipe pipe) {
      this.pipe = pipe;
    }
  }

  private DatagramLoop(List<? extends DatagramPipe> pipes, DatagramLoad load) {
    this.load = load;
    this.lanes = pipes.stream().map(Lane::new).toList();
    this.window = new Semaphore(load.inFlight());
  }

  /** Runs the load; the first failure ends it. */
  public static Measured run(List<? extends DatagramPipe> pipes, DatagramLoad load)
      throws Exception {
    if (load.perSecond() > 0) {
      return new SteadyLoop(pipes, load).run();
    }
    return load.inFlight() == 1
        ? oneAtATime(pipes.getFirst(), load)
        : new DatagramLoop(pipes, load).manyAtATime();
  }

  private static Measured oneAtATime(DatagramPipe pipe, DatagramLoad load) throws Exception {
    Latencies latencies = new Latencies(load.count());
    long first = System.nanoTime();
    long deadline = System.nanoTime() + load.limit().toNanos();
    for (int i = 0; i < load.count() && System.nanoTime() - deadline < 0; i++) {
      byte[] datagram = load.datagram(first + i);
      long start = System.nanoTime();
      pipe.send(datagram);
      byte[] back = pipe.receive(LOST_AFTER);
      while (back != null && load.number(back) < first + i) {
        back = pipe.receive(LOST_AFTER); // a late one that counts as lost
      }
      if (back != null) {
        latencies.ended(i, start);
      }
    }
    return latencies.measured();
  }

  private Measured manyAtATime() throws Exception {
    List<Thread> readers = new ArrayList<>();
    for (Lane lane : lanes) {
      readers.add(Thread.startVirtualThread(() -> read(lane)));
    }
    long start = System.nanoTime();
    try {
      send(start + load.limit().toNanos());
      window.tryAcquire(load.inFlight(), LOST_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      over = true;
    }
    Measured measured = Measured.transfer(received.get(), start);
    end(readers, failure.get());
    return measured;
  }

  /** Ends readers that know that the run is over. */
  static void end(List<Thread> readers, Exception failure) throws Exception {
    for (Thread reader : readers) {
      reader.interrupt();
      reader.join();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void send(long deadline) throws Exception {
    for (int i = 0; i < load.count() && System.nanoTime() - deadline < 0; i++) {
      while (!window.tryAcquire(LOST_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
        giveUp();
      }
      if (failure.get() != null) {
        return;
      }
      Lane lane = lanes.get(i % lanes.size());
      long number = lane.sent;
      lane.sent = number + 1;
      lane.pipe.send(load.datagram(number));
    }
  }

  /** All that is under way counts as lost. */
  private void giveUp() {
    for (Lane lane : lanes) {
      long awaited = lane.awaited.get();
      long lost = lane.sent - awaited;
      if (lane.awaited.compareAndSet(awaited, awaited + lost)) {
        window.release((int) lost);
      }
    }
  }

  private void read(Lane lane) {
    try {
      while (!over) {
        byte[] datagram = lane.pipe.receive(Duration.ofSeconds(1));
        if (datagram != null) {
          arrived(lane, load.number(datagram));
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

  private void arrived(Lane lane, long number) {
    long awaited = lane.awaited.get();
    while (number >= awaited) {
      if (lane.awaited.compareAndSet(awaited, number + 1)) {
        received.getAndIncrement();
        window.release((int) (number + 1 - awaited));
        return;
      }
      awaited = lane.awaited.get();
    }
  }
}
