package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.loom.LoomStream;

/**
 * Virtual threads are not preempted: user code that computes on every carrier keeps the transport's
 * own loops from running. The connection lives through it, and acknowledgements go on in time.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class GuardTest {

  /** What the peer may wait (RFC 9000 section 13.2.1), and 50 ms. */
  private static final Duration LATE = Duration.ofMillis(25 + 50);

  /** Of which the machine may delay each: sender, receiver, timer, receiver. */
  private static final int WAKE_UPS = 4;

  private static final Loopback.Sizes LARGE = new Loopback.Sizes(100, 20_000_000, 20_000_000);

  /** Threads that compute on all carriers until this is closed. */
  private static final class Burning implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long sink;

    Burning() throws InterruptedException {
      int carriers = Runtime.getRuntime().availableProcessors();
      CountDownLatch burning = new CountDownLatch(carriers);
      for (int i = 0; i < 2 * carriers; i++) {
        threads.add(
            Thread.startVirtualThread(() -> {
              burning.countDown();
              long sum = 0;
              while (!over.get()) {
                sum += sum * 31 + 7;
              }
              sink = sum;
            }));
      }
      assertThat(burning.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws InterruptedException {
      over.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** How late the machine, which others use as well, lets a thread go on that has nothing to do. */
  private static final class Machine implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Long> late = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().start(this::measure);

    private void measure() {
      while (!over.get()) {
        long start = System.nanoTime();
        LockSupport.parkNanos(PAUSE_NANOS);
        late.add(Math.max(0, System.nanoTime() - start - PAUSE_NANOS));
      }
    }

    @Override
    public void close() throws InterruptedException {
      over.set(true);
      thread.join();
      late.sort(null);
    }

    long nanos(double part) {
      return late.get((int) ((late.size() - 1) * part));
    }
  }

  @Test
  void acknowledgementsGoOnForThreeSecondsOfComputingOnAllCarriers() throws Exception {
    compute(Duration.ofSeconds(3));
  }

  @Test
  @Tag("soak")
  void acknowledgementsGoOnForThirtySecondsOfComputingOnAllCarriers() throws Exception {
    compute(Duration.ofSeconds(30));
  }

  /** The thread that writes in quick succession are left to gets no carrier. */
  @Test
  void whatIsLeftToASenderWithoutACarrierLeavesAllTheSame() throws Exception {
    Duration time = Duration.ofSeconds(1);
    try (LoomPair pair = new LoomPair(LARGE, null)) {
      LoomStream stream = pair.client.openStream(true);
      exchange(pair, stream);
      for (int round = 0; round < 5; round++) {
        long[] delays;
        Machine machine = new Machine();
        try (machine;
            Burning burning = new Burning()) {
          writeFromManyThreads(pair);
          delays = acknowledgements(pair, stream, time);
        }
        Arrays.sort(delays);
        assertThat(delays[delays.length - 1])
            .isLessThan(time.toNanos() * 3 / 4 + WAKE_UPS * machine.nanos(1));
      }
    }
  }

  /** Computing that begins while the transport's threads are busy, whatever locks they hold. */
  @Test
  void computingThatBeginsAmidTrafficHoldsNothingUp() throws Exception {
    beginAmidTraffic(5);
  }

  @Test
  @Tag("soak")
  void computingThatBeginsAmidTrafficHoldsNothingUpAHundredTimes() throws Exception {
    beginAmidTraffic(100);
  }

  private static void beginAmidTraffic(int rounds) throws Exception {
    Duration time = Duration.ofSeconds(1);
    try (LoomPair pair = new LoomPair(LARGE, null)) {
      pair.server.onPeerStream(stream -> Thread.startVirtualThread(() -> echo(stream)));
      LoomStream stream = pair.client.openStream(true);
      AtomicBoolean over = new AtomicBoolean();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        writers.add(Thread.startVirtualThread(() -> write(pair, over)));
      }
      for (int i = 0; i < rounds; i++) {
        exchange(pair, stream);
        long[] delays;
        Machine machine = new Machine();
        try (machine;
            Burning burning = new Burning()) {
          delays = acknowledgements(pair, stream, time);
        }
        Arrays.sort(delays);
        assertThat(delays[delays.length - 1])
            .as("round " + i)
            .isLessThan(time.toNanos() * 3 / 4 + WAKE_UPS * machine.nanos(1));
      }
      over.set(true);
      for (Thread writer : writers) {
        assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
      }
      assertThat(pair.client.end()).isEmpty();
    }
  }

  private static void writeFromManyThreads(LoomPair pair) throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      LoomStream stream = pair.server.openStream(true);
      writers.add(Thread.ofPlatform().start(() -> writeBytes(stream, 1_000)));
    }
    for (Thread writer : writers) {
      assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
    }
    assertThat(pair.server.awaitAcknowledged(Duration.ofSeconds(8))).isTrue();
  }

  private static void writeBytes(LoomStream stream, int count) {
    try {
      for (int i = 0; i < count; i++) {
        stream.write(false, ByteBuffer.allocate(1));
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void write(LoomPair pair, AtomicBoolean over) {
    try {
      while (!over.get()) {
        LoomStream stream = pair.client.openStream(true);
        stream.write(true, ByteBuffer.allocate(3_000));
        drain(stream);
      }
    } catch (Exception e) {
      // The connection has ended, which the test sees.
    }
  }

  private static void echo(LoomStream stream) {
    try {
      stream.write(true, ByteBuffer.allocate((int) Math.min(3_000, drain(stream))));
    } catch (Exception e) {
      // The connection has ended, which the test sees.
    }
  }

  private static long drain(LoomStream stream) throws Exception {
    byte[] buffer = new byte[10_000];
    long sum = 0;
    for (int n = stream.read(buffer, 0, buffer.length);
        n >= 0;
        n = stream.read(buffer, 0, buffer.length)) {
      sum += n;
    }
    return sum;
  }

  private static void compute(Duration time) throws Exception {
    try (LoomPair pair = new LoomPair(LARGE, null)) {
      LoomStream stream = pair.client.openStream(true);
      exchange(pair, stream);
      long[] delays;
      Machine machine = new Machine();
      try (machine;
          Burning burning = new Burning()) {
        delays = acknowledgements(pair, stream, time);
      }
      Arrays.sort(delays);
      long mostLate = LATE.toNanos() + WAKE_UPS * machine.nanos(0.9);
      System.out.printf(
          "%d exchanges, acknowledged after %.1f ms (median), %.1f ms (90 %%), %.1f ms at most;"
              + " the machine delays threads by %.1f ms (90 %%), %.1f ms at most%n",
          delays.length,
          delays[delays.length / 2] / 1e6,
          delays[delays.length * 9 / 10] / 1e6,
          delays[delays.length - 1] / 1e6,
          machine.nanos(0.9) / 1e6,
          machine.nanos(1) / 1e6);
      assertThat(delays[delays.length * 9 / 10]).isLessThan(mostLate);
      // Nothing waits for the computing to end.
      assertThat(delays[delays.length - 1])
          .isLessThan(time.toNanos() / 2 + WAKE_UPS * machine.nanos(1));
      assertThat(pair.client.end()).isEmpty();
      assertThat(pair.server.end()).isEmpty();
      stream.write(true);
      exchangeEnd(pair);
    }
  }

  /** How long each exchange took. */
  private static long[] acknowledgements(LoomPair pair, LoomStream stream, Duration time)
      throws Exception {
    List<Long> delays = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      long start = System.nanoTime();
      exchange(pair, stream);
      delays.add(System.nanoTime() - start);
    }
    return delays.stream().mapToLong(Long::longValue).toArray();
  }

  private static void exchange(LoomPair pair, LoomStream stream) throws Exception {
    stream.write(false, ByteBuffer.allocate(2_000));
    assertThat(pair.client.awaitAcknowledged(Duration.ofSeconds(8))).isTrue();
  }

  /** All that was written is there, and the way back works. */
  private static void exchangeEnd(LoomPair pair) throws Exception {
    LoomStream stream = pair.nextAtServer();
    long sum = drain(stream);
    assertThat(sum).isGreaterThan(2_000);
    assertThat(sum % 2_000).isZero();
    stream.write(true);
    assertThat(pair.server.awaitAcknowledged(Duration.ofSeconds(10))).isTrue();
  }
}
