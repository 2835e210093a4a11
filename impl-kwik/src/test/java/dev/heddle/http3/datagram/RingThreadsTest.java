package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.http3.datagram.DatagramRing.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One producer and several readers on platform threads, which run at the same time. */
class RingThreadsTest {
  private static final int DATAGRAMS = 400_000;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "OLDEST, 1, 1", "OLDEST, 1, 3", "OLDEST, 4, 2", "OLDEST, 256, 1", "OLDEST, 256, 4",
    "NEWEST, 1, 1", "NEWEST, 1, 3", "NEWEST, 4, 2", "NEWEST, 256, 1", "NEWEST, 256, 4"
  })
  void eachDatagramIsReadOnceOrDroppedOnceAndInOrder(DropPolicy policy, int capacity, int readers)
      throws Exception {
    DatagramRing ring = new DatagramRing(capacity, policy);
    List<Future<List<Long>>> reading = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      reading.add(threads.submit(reader(ring)));
    }
    long dropped = 0;
    for (long i = 0; i < DATAGRAMS; i++) {
      Outcome outcome = ring.offer(Numbered.datagram(i));
      dropped += outcome == Outcome.STORED ? 0 : 1;
    }
    ring.close();
    boolean[] seen = new boolean[DATAGRAMS];
    long read = 0;
    for (Future<List<Long>> future : reading) {
      long last = -1;
      for (long number : future.get(60, TimeUnit.SECONDS)) {
        assertThat(number).isGreaterThan(last);
        assertThat(seen[(int) number]).isFalse();
        seen[(int) number] = true;
        last = number;
        read++;
      }
    }
    assertThat(read + dropped).isEqualTo(DATAGRAMS);
    assertThat(ring.received()).isEqualTo(DATAGRAMS);
    assertThat(ring.delivered()).isEqualTo(read);
    if (policy == DropPolicy.OLDEST) {
      assertThat(seen[DATAGRAMS - 1]).as("the newest is never dropped").isTrue();
    } else {
      assertThat(seen[0]).as("the oldest is never dropped").isTrue();
    }
  }

  private static Callable<List<Long>> reader(DatagramRing ring) {
    return () -> {
      List<Long> numbers = new ArrayList<>();
      while (!Thread.interrupted()) {
        boolean closed = ring.closed();
        byte[] datagram = ring.poll();
        if (datagram != null) {
          numbers.add(Numbered.number(datagram));
        } else if (closed) {
          return numbers;
        }
      }
      throw new InterruptedException();
    };
  }

  @Test
  void whatWasStoredBeforeARacingCloseIsReadAndTheRestRefused() throws Exception {
    for (int round = 0; round < 3_000; round++) {
      DatagramRing ring = new DatagramRing(64, DropPolicy.NEWEST);
      Future<?> closing = threads.submit(ring::close);
      int stored = 0;
      int offered = 0;
      boolean refused = false;
      while (!refused && offered < 64) {
        refused = ring.offer(Numbered.datagram(offered++)) == Outcome.REFUSED_CLOSED;
        stored += refused ? 0 : 1;
      }
      closing.get(10, TimeUnit.SECONDS);
      for (int i = 0; i < stored; i++) {
        assertThat(Numbered.number(ring.poll())).isEqualTo(i);
      }
      assertThat(ring.poll()).isNull();
      assertThat(ring.received()).isEqualTo(offered);
    }
  }
}
