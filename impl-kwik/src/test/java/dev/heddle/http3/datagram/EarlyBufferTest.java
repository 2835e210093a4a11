package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EarlyBufferTest {
  private final AtomicLong now =
      new AtomicLong(Long.MAX_VALUE - 1_000); // and so across the overflow
  private final Drops drops = new Drops(-1, -1);
  private final EarlyBuffer buffer =
      new EarlyBuffer(new EarlyLimits(4, 100, Duration.ofSeconds(1)), drops, now::get);

  private static byte[] bytes(int length) {
    return new byte[length];
  }

  private List<Integer> lengths(List<EarlyDatagram> datagrams) {
    return datagrams.stream().map(datagram -> datagram.payload().length).toList();
  }

  @Test
  void itGivesBackWhatIsChosenInOrderAndKeepsTheRest() {
    for (int i = 1; i <= 4; i++) {
      assertThat(buffer.add(i % 2, bytes(i), i == 3)).isTrue();
    }
    assertThat(lengths(buffer.take(any -> any.streamId() == 1))).containsExactly(1, 3);
    assertThat(lengths(buffer.take(any -> true))).containsExactly(2, 4);
    assertThat(buffer.take(any -> true)).isEmpty();
  }

  @Test
  void aDatagramBeyondTheCountIsDroppedAndCounted() {
    for (int i = 1; i <= 6; i++) {
      assertThat(buffer.add(0, bytes(i), false)).isTrue();
    }
    assertThat(drops.of(DropReason.EARLY_FULL)).isEqualTo(2);
    assertThat(lengths(buffer.take(any -> true))).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aDatagramBeyondTheBytesIsDroppedAndCounted() {
    buffer.add(0, bytes(60), false);
    buffer.add(0, bytes(41), false);
    buffer.add(0, bytes(40), false);
    assertThat(drops.of(DropReason.EARLY_FULL)).isEqualTo(1);
    assertThat(lengths(buffer.take(any -> true))).containsExactly(60, 40);
  }

  @Test
  void whatIsTooOldMakesRoomAndIsNotGivenOut() {
    for (int i = 1; i <= 4; i++) {
      buffer.add(0, bytes(i), false);
      now.addAndGet(Duration.ofMillis(400).toNanos());
    }
    assertThat(buffer.add(0, bytes(5), false)).isTrue(); // 1.6 s, 1.2 s, 0.8 s, 0.4 s before
    assertThat(drops.of(DropReason.EARLY_EXPIRED)).isEqualTo(2);
    now.addAndGet(Duration.ofMillis(400).toNanos());
    assertThat(lengths(buffer.take(any -> true))).containsExactly(4, 5);
    assertThat(drops.of(DropReason.EARLY_EXPIRED)).isEqualTo(3);
  }

  @Test
  void expiryShowsWhatItDrops() {
    List<Integer> gone = new ArrayList<>();
    buffer.add(0, bytes(1), false);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    buffer.add(0, bytes(2), false);
    buffer.expire(datagram -> gone.add(datagram.payload().length));
    assertThat(gone).isEmpty();
    now.addAndGet(1);
    buffer.expire(datagram -> gone.add(datagram.payload().length));
    assertThat(gone).containsExactly(1);
    assertThat(drops.total()).isEqualTo(1);
  }

  @Test
  void earlierOnesComeFirstAsFarAsThereIsRoom() {
    buffer.add(0, bytes(4), false);
    buffer.add(0, bytes(5), false);
    List<EarlyDatagram> earlier = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      earlier.add(new EarlyDatagram(0, bytes(i), false, now.get()));
    }
    buffer.prepend(earlier);
    assertThat(lengths(buffer.take(any -> true))).containsExactly(2, 3, 4, 5);
    assertThat(drops.of(DropReason.EARLY_FULL)).isEqualTo(1);
  }

  @Test
  void aClosedBufferTakesNothingAndCountsWhatItHeld() {
    buffer.add(0, bytes(1), false);
    assertThat(buffer.closeIfEmpty()).isFalse();
    buffer.close(DropReason.SESSION_CLOSED);
    assertThat(buffer.add(0, bytes(1), false)).isFalse();
    assertThat(buffer.closeIfEmpty()).isTrue();
    buffer.prepend(List.of(new EarlyDatagram(0, bytes(1), false, now.get())));
    assertThat(buffer.take(any -> true)).isEmpty();
    assertThat(drops.of(DropReason.SESSION_CLOSED)).isEqualTo(2);
  }
}
