package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.http3.datagram.DatagramRing.Outcome;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DatagramRingTest {
  private static byte[] datagram(int number) {
    return new byte[] {(byte) number};
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "8, 8", "9, 16", "256, 256", "257, 512"})
  void theCapacityIsRoundedUpToAPowerOfTwo(int asked, int capacity) {
    DatagramRing ring = new DatagramRing(asked, DropPolicy.NEWEST);
    assertThat(ring.capacity()).isEqualTo(capacity);
    for (int i = 0; i < capacity; i++) {
      assertThat(ring.offer(datagram(i))).isEqualTo(Outcome.STORED);
    }
    assertThat(ring.offer(datagram(0))).isEqualTo(Outcome.REFUSED_FULL);
  }

  @Test
  void aRingHoldsAtLeastOne() {
    assertThatThrownBy(() -> new DatagramRing(0, DropPolicy.NEWEST))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFullRingDropsTheOldestOrTheNewest() {
    DatagramRing oldest = new DatagramRing(2, DropPolicy.OLDEST);
    DatagramRing newest = new DatagramRing(2, DropPolicy.NEWEST);
    for (int i = 0; i < 3; i++) {
      oldest.offer(datagram(i));
      newest.offer(datagram(i));
    }
    assertThat(oldest.poll()).containsExactly(1);
    assertThat(oldest.poll()).containsExactly(2);
    assertThat(oldest.poll()).isNull();
    assertThat(newest.poll()).containsExactly(0);
    assertThat(newest.poll()).containsExactly(1);
    assertThat(newest.poll()).isNull();
  }

  @Test
  void whatIsThereCanBeReadAfterTheCloseAndNothingIsAdded() {
    DatagramRing ring = new DatagramRing(4, DropPolicy.OLDEST);
    ring.offer(datagram(1));
    ring.close();
    ring.close();
    assertThat(ring.closed()).isTrue();
    assertThat(ring.offer(datagram(2))).isEqualTo(Outcome.REFUSED_CLOSED);
    assertThat(ring.poll()).containsExactly(1);
    assertThat(ring.poll()).isNull();
    assertThat(ring.received()).isEqualTo(2);
    assertThat(ring.delivered()).isEqualTo(1);
  }

  @Test
  void aRingKeepsNoDatagramThatWasRead() {
    DatagramRing ring = new DatagramRing(8, DropPolicy.OLDEST);
    var read = new java.lang.ref.WeakReference<>(new byte[1000]);
    ring.offer(read.get());
    ring.poll();
    for (int i = 0; i < 100 && read.get() != null; i++) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(read.get()).isNull();
  }

  /** Random operations, one thread, beside a plain queue. */
  @ParameterizedTest
  @EnumSource(DropPolicy.class)
  void behavesLikeABoundedQueue(DropPolicy policy) {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int capacity = 1 << random.nextInt(7);
      DatagramRing ring = new DatagramRing(capacity, policy);
      ArrayDeque<byte[]> model = new ArrayDeque<>();
      boolean closed = false;
      long received = 0;
      long delivered = 0;
      double adding = random.nextDouble();
      for (int i = 0; i < 2_000; i++) {
        if (random.nextInt(1_500) == 0) {
          ring.close();
          closed = true;
        }
        if (random.nextDouble() < adding) {
          byte[] datagram = new byte[random.nextInt(3)];
          received++;
          assertThat(ring.offer(datagram))
              .isEqualTo(offer(model, datagram, capacity, policy, closed));
        } else if (random.nextInt(10) == 0) {
          byte[] removed = model.poll();
          assertThat(ring.remove()).isEqualTo(removed == null ? -1 : removed.length);
        } else {
          byte[] next = model.poll();
          delivered += next == null ? 0 : 1;
          assertThat(ring.poll()).isSameAs(next);
        }
        assertThat(ring.received()).isEqualTo(received);
        assertThat(ring.delivered()).isEqualTo(delivered);
      }
    }
  }

  private static Outcome offer(
      ArrayDeque<byte[]> model, byte[] datagram, int capacity, DropPolicy policy, boolean closed) {
    if (closed) {
      return Outcome.REFUSED_CLOSED;
    }
    boolean full = model.size() == capacity;
    if (full && policy == DropPolicy.NEWEST) {
      return Outcome.REFUSED_FULL;
    }
    if (full) {
      model.remove();
    }
    model.add(datagram);
    return full ? Outcome.STORED_FOR_OLDEST : Outcome.STORED;
  }
}
