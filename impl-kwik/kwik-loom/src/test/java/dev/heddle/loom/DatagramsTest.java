package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.loom.DatagramSource;
import tech.kwik.core.loom.LoomConnection;

/** Datagrams that a connection pulls from the application (RFC 9221). */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DatagramsTest {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Datagrams that wait, and how many were taken. */
  private static final class Waiting implements DatagramSource {
    final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
    final AtomicInteger written = new AtomicInteger();
    final AtomicInteger discarded = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();

    @Override
    public int nextBytes() {
      return alone(() -> {
        byte[] next = queue.peek();
        return next == null ? -1 : next.length;
      });
    }

    @Override
    public void writeNext(ByteBuffer packet) {
      alone(() -> {
        packet.put(queue.remove());
        return written.incrementAndGet();
      });
    }

    @Override
    public void discardNext() {
      alone(() -> {
        queue.remove();
        return discarded.incrementAndGet();
      });
    }

    private int alone(java.util.function.IntSupplier action) {
      assertThat(inside.incrementAndGet()).as("one thread at a time").isEqualTo(1);
      int result = action.getAsInt();
      inside.decrementAndGet();
      return result;
    }
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
      LockSupport.parkNanos(100_000);
    }
  }

  private static byte[] number(int value, int length) {
    return ByteBuffer.allocate(length).putInt(value).array();
  }

  @Test
  void theyLeaveInOrderOfWriting() throws Exception {
    Waiting source = new Waiting();
    List<Integer> arrived = new ArrayList<>();
    try (LoomPair pair = new LoomPair()) {
      pair.server.datagrams(
          new Waiting(),
          datagram -> {
            synchronized (arrived) {
              arrived.add(datagram.getInt());
            }
          });
      pair.client.datagrams(source, datagram -> {});
      // In portions that no socket buffer is too small for: a datagram that is lost stays lost.
      for (int portion = 250; portion <= 5_000; portion += 250) {
        int upTo = portion;
        for (int i = portion - 250; i < upTo; i++) {
          source.queue.add(number(i, 100));
          pair.client.datagramsReady();
        }
        until(() -> {
          synchronized (arrived) {
            return arrived.size() == upTo;
          }
        });
      }
      assertThat(source.written.get()).isEqualTo(5_000);
      synchronized (arrived) {
        assertThat(arrived).isSorted();
      }
    }
  }

  /** At most one datagram is on its way through kwik's queue: the rest waits with its owner. */
  @Test
  void noneIsPulledBeforeThereIsRoomForIt() throws Exception {
    Waiting source = new Waiting();
    try (LoomPair pair = new LoomPair(Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.NONE)) {
      pair.server.datagrams(new Waiting(), datagram -> {});
      pair.client.datagrams(source, datagram -> {});
      pair.loopback.proxy().blackHole(true);
      for (int i = 0; i < 10_000; i++) {
        source.queue.add(number(i, 1_000));
      }
      pair.client.datagramsReady();
      until(() -> source.written.get() > 0);
      assertThat(source.written.get()).isLessThan(1_000); // a congestion window, not all of them
      pair.loopback.proxy().blackHole(false);
    }
  }

  @Test
  void theLargestFitsAndWhatNoPacketCanHoldIsDiscarded() throws Exception {
    Waiting source = new Waiting();
    Queue<Integer> arrived = new ConcurrentLinkedQueue<>();
    try (LoomPair pair = new LoomPair()) {
      pair.server.datagrams(new Waiting(), datagram -> arrived.add(datagram.remaining()));
      pair.client.datagrams(source, datagram -> {});
      assertThat(pair.client.maxDatagramBytes()).isGreaterThan(1_150);
      until(() -> pair.client.maxDatagramBytes() > 8_900); // nothing is larger on loopback
      int most = pair.client.maxDatagramBytes();
      source.queue.add(new byte[most + 1]);
      source.queue.add(new byte[most]);
      source.queue.add(new byte[0]);
      pair.client.datagramsReady();
      until(() -> arrived.size() == 2);
      assertThat(arrived).containsExactly(most, 0);
      assertThat(source.discarded.get()).isEqualTo(1);
    }
  }

  @Test
  void nothingThatWasAnnouncedIsForgotten() throws Exception {
    Waiting source = new Waiting();
    int threads = 4;
    int each = 10_000;
    try (LoomPair pair = new LoomPair()) {
      pair.server.datagrams(new Waiting(), datagram -> {});
      pair.client.datagrams(source, datagram -> {});
      List<Thread> writers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        writers.add(
            Thread.startVirtualThread(() -> {
              for (int i = 0; i < each; i++) {
                source.queue.add(new byte[50]);
                pair.client.datagramsReady();
                if (i % 100 == 0) {
                  until(source.queue::isEmpty); // so that the last one is announced again and again
                }
              }
            }));
      }
      for (Thread writer : writers) {
        writer.join();
      }
      until(() -> source.written.get() == threads * each);
    }
  }

  @Test
  void afterTheEndNothingIsPulledAndNobodyWaits() throws Exception {
    Waiting source = new Waiting();
    try (LoomPair pair = new LoomPair()) {
      LoomConnection client = pair.client;
      client.datagrams(source, datagram -> {});
      pair.kwikClient.close();
      until(() -> client.end().isPresent());
      source.queue.add(new byte[10]);
      client.datagramsReady();
      assertThat(source.written.get()).isZero();
    }
  }
}
