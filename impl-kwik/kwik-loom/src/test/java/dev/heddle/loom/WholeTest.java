package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.LoomStream;
import tech.kwik.core.loom.StreamResetException;
import tech.kwik.core.loom.StreamStoppedException;

/**
 * Everything at once: many writers, windows of a few packets, streams that are reset or stopped in
 * the middle, connections that are closed under way. No byte is wrong, nobody waits for ever, and
 * no thread is left.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class WholeTest {

  private static final Loopback.Sizes TINY = new Loopback.Sizes(8, 4_000, 9_000);
  private static final int WRITERS = 12;
  private static final int MOST_BYTES = 6_000;
  private static final long CODE = 77;

  /** What happens to an exchange. */
  private enum Way {
    ECHOED,
    RESET,
    STOPPED
  }

  @Test
  void twentyThousandExchanges() throws Exception {
    exchange(16_000, null);
    exchange(4_000, LossyUdpProxy.Faults.all(0.01));
  }

  @Test
  @Tag("soak")
  void aMillionExchanges() throws Exception {
    exchange(950_000, null);
    exchange(50_000, LossyUdpProxy.Faults.all(0.01));
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0, 0", "0.05, 0, 0", "0, 0.05, 0", "0, 0, 0.05"})
  @Tag("soak")
  void aHundredThousandExchangesOverEachKindOfFault(
      double loss, double duplication, double reordering) throws Exception {
    exchange(
        100_000,
        new LossyUdpProxy.Faults(
            loss, duplication, reordering, Duration.ZERO, Duration.ofMillis(3)));
  }

  @Test
  void connectionsClosedUnderWayKeepNobodyWaiting() throws Exception {
    close(30);
  }

  @Test
  @Tag("soak")
  void aThousandConnectionsClosedUnderWayKeepNobodyWaiting() throws Exception {
    close(1_000);
  }

  private static void exchange(int count, LossyUdpProxy.Faults faults) throws Exception {
    long start = System.nanoTime();
    try (LoomPair pair = new LoomPair(TINY, faults)) {
      serve(pair);
      AtomicInteger left = new AtomicInteger(count);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Random random = new Random(i);
        Runnable writer =
            () -> {
              try {
                while (failure.get() == null && left.getAndDecrement() > 0) {
                  one(pair, random);
                }
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              }
            };
        writers.add(
            i % 4 == 0 ? Thread.ofPlatform().start(writer) : Thread.startVirtualThread(writer));
      }
      awaitProgress(writers, left);
      assertThat(failure.get()).isNull();
      assertThat(pair.client.awaitAcknowledged(Duration.ofSeconds(20))).isTrue();
      until(() -> pair.client.streamCount() == 0 && pair.server.streamCount() == 0);
      assertThat(pair.client.end()).isEmpty();
    }
    assertNoThreadLeft();
    System.out.printf(
        "%,d exchanges in %.1f s, %s%n",
        count, (System.nanoTime() - start) / 1e9, faults == null ? "no faults" : faults);
  }

  /** Ends when all have ended; a minute without a single exchange is a stall. */
  private static void awaitProgress(List<Thread> writers, AtomicInteger left) throws Exception {
    for (Thread writer : writers) {
      int before = Integer.MAX_VALUE;
      while (!writer.join(Duration.ofSeconds(60))) {
        assertThat(left.get()).as("exchanges left, a minute later").isLessThan(before);
        before = left.get();
      }
    }
  }

  private static void one(LoomPair pair, Random random) throws Exception {
    int dice = random.nextInt(20);
    Way way = dice == 0 ? Way.RESET : dice == 1 ? Way.STOPPED : Way.ECHOED;
    byte[] bytes = new byte[2 + random.nextInt(MOST_BYTES)];
    random.nextBytes(bytes);
    bytes[0] = (byte) way.ordinal();
    LoomStream stream = pair.client.openStream(true);
    switch (way) {
      case ECHOED -> {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        boolean together = bytes.length > TINY.streamWindow() / 2;
        if (together) {
          // The windows of both directions would not hold it.
          Thread.startVirtualThread(() -> read(stream, answer));
        }
        writeInPieces(stream, bytes, random, true);
        if (!together) {
          read(stream, answer);
        }
        assertThat(result(answer)).as("stream " + stream.streamId()).isEqualTo(bytes);
      }
      case RESET -> {
        int part = 1 + random.nextInt(Math.min(bytes.length - 1, 2_000));
        stream.write(false, ByteBuffer.wrap(bytes, 0, part));
        stream.reset(CODE);
        // The server answers with a reset of its own, if it has seen the stream's first byte.
        stream.stopSending(CODE);
      }
      case STOPPED -> {
        try {
          writeInPieces(stream, bytes, random, false);
          while (true) {
            stream.write(false, ByteBuffer.wrap(bytes, 1, bytes.length - 1));
          }
        } catch (StreamStoppedException stopped) {
          assertThat(stream.stoppedCode()).hasValue(CODE);
        }
        stream.reset(CODE);
        assertThat(readAll(stream)).isEmpty();
      }
    }
  }

  private static void writeInPieces(LoomStream stream, byte[] bytes, Random random, boolean fin)
      throws IOException {
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(3_000));
      stream.write(fin && at + length == bytes.length, ByteBuffer.wrap(bytes, at, length));
      at += length;
    }
  }

  private static void read(LoomStream stream, CompletableFuture<byte[]> answer) {
    try {
      answer.complete(readAll(stream));
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  private static byte[] result(CompletableFuture<byte[]> answer) throws Exception {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : e;
    }
  }

  private static byte[] readAll(LoomStream stream) throws IOException {
    byte[] all = new byte[MOST_BYTES + 2];
    int size = 0;
    for (int n = stream.read(all, 0, all.length);
        n >= 0;
        n = stream.read(all, size, all.length - size)) {
      size += n;
    }
    return Arrays.copyOf(all, size);
  }

  private static void serve(LoomPair pair) {
    pair.server.onPeerStream(stream ->
        Thread.startVirtualThread(() -> {
          try {
            answer(stream);
          } catch (StreamResetException | StreamStoppedException e) {
            stream.reset(CODE);
            stream.stopSending(CODE);
          } catch (IOException e) {
            // The connection has ended, which the client sees.
          }
        }));
  }

  private static void answer(LoomStream stream) throws IOException {
    byte[] buffer = new byte[1_500];
    int n = stream.read(buffer, 0, buffer.length);
    if (n > 0 && buffer[0] == Way.STOPPED.ordinal()) {
      stream.stopSending(CODE);
      stream.write(true);
      return;
    }
    while (n >= 0) {
      stream.write(false, ByteBuffer.wrap(buffer, 0, n));
      n = stream.read(buffer, 0, buffer.length);
    }
    stream.write(true);
  }

  private static void close(int count) throws Exception {
    Random random = new Random(9);
    for (int i = 0; i < count; i++) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      try (LoomPair pair = new LoomPair(TINY, null)) {
        serve(pair);
        AtomicInteger done = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
          Random writerRandom = new Random(31L * i + w);
          writers.add(
              Thread.startVirtualThread(() -> {
                try {
                  while (true) {
                    one(pair, writerRandom);
                    done.incrementAndGet();
                  }
                } catch (ConnectionEndedException e) {
                  // As it should be.
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              }));
        }
        int enough = random.nextInt(60);
        until(() -> done.get() >= enough);
        if (random.nextBoolean()) {
          pair.kwikClient.close();
        } else {
          pair.kwikServer.close();
        }
        for (Thread writer : writers) {
          assertThat(writer.join(Duration.ofSeconds(20))).as("a writer has ended").isTrue();
        }
        assertThat(failure.get()).isNull();
        assertThat(pair.client.awaitTerminated(Duration.ofSeconds(20))).isTrue();
        assertThat(pair.server.awaitTerminated(Duration.ofSeconds(20))).isTrue();
      }
    }
    assertNoThreadLeft();
  }

  private interface Condition {
    boolean holds();
  }

  private static void until(Condition condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.holds()) {
      assertThat(System.nanoTime() - deadline).as("waited in vain").isNegative();
      LockSupport.parkNanos(200_000);
    }
  }

  private static void assertNoThreadLeft() {
    until(() ->
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .noneMatch(name -> name.startsWith("kwik")));
  }
}
