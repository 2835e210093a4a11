package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.loom.LoomStream;

/** Packets become as large as the path takes, and no larger (RFC 9000 section 14.3, RFC 8899). */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PathMtuTest {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Bytes of a packet beside its frames, and of a DATAGRAM frame beside its payload. */
  private static final int OVERHEAD = 1 + 8 + 4 + 16 + 3;

  private static void awaitMost(LoomPair pair, IntPredicate condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.test(pair.client.maxDatagramBytes())) {
      assertThat(System.nanoTime())
          .as("waited in vain, at " + pair.client.maxDatagramBytes())
          .isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void transfer(LoomPair pair, int bytes) throws Exception {
    byte[] sent = new byte[bytes];
    new Random(bytes).nextBytes(sent);
    LoomStream stream = pair.client.openStream(false);
    Thread writer =
        Thread.startVirtualThread(() -> {
          try {
            stream.write(true, ByteBuffer.wrap(sent));
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    LoomStream reading = pair.nextAtServer();
    byte[] received = new byte[bytes];
    int at = 0;
    while (at < bytes) {
      int n = reading.read(received, at, bytes - at);
      assertThat(n).isPositive();
      at += n;
    }
    assertThat(reading.read(received, 0, 1)).isEqualTo(-1);
    assertThat(received).isEqualTo(sent);
    writer.join();
  }

  @Test
  void theLoopbackInterfaceTakesJumboFrames() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      awaitMost(pair, most -> most == 8_952 - OVERHEAD);
      transfer(pair, 1_000_000);
    }
  }

  @Test
  void ethernetTakesItsSize() throws Exception {
    try (LoomPair pair = behind(1_472)) {
      awaitMost(pair, most -> most == 1_452 - OVERHEAD);
      transfer(pair, 300_000);
      assertThat(pair.client.maxDatagramBytes()).isEqualTo(1_452 - OVERHEAD);
    }
  }

  @Test
  void aTunnelTakesLess() throws Exception {
    try (LoomPair pair = behind(1_400)) {
      awaitMost(pair, most -> most == 1_372 - OVERHEAD);
      transfer(pair, 300_000);
      assertThat(pair.client.maxDatagramBytes()).isEqualTo(1_372 - OVERHEAD);
    }
  }

  /** RFC 8899 section 4.3: a path that takes less than before is noticed. */
  @Test
  void aPathThatShrinksIsNoticed() throws Exception {
    try (LoomPair pair = behind(1_472)) {
      awaitMost(pair, most -> most == 1_452 - OVERHEAD);
      pair.loopback.proxy().largest(1_300);
      transfer(pair, 300_000);
      assertThat(pair.client.maxDatagramBytes()).isLessThanOrEqualTo(1_300 - OVERHEAD);
    }
  }

  private static LoomPair behind(int largest) throws Exception {
    return new LoomPair(
        Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.NONE, proxy -> proxy.largest(largest));
  }
}
