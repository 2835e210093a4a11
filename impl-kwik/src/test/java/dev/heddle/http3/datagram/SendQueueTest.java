package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final AtomicInteger ready = new AtomicInteger();
  private final SendQueue queue = new SendQueue(4, 3, ready::incrementAndGet);

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private String next() {
    int size = queue.nextBytes();
    if (size == SendQueue.NONE) {
      return null;
    }
    ByteBuffer packet = ByteBuffer.allocate(size);
    queue.writeNext(packet);
    assertThat(packet.hasRemaining()).isFalse();
    return HexFormat.of().formatHex(packet.array());
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    for (String next = next(); next != null; next = next()) {
      all.add(next);
    }
    return all;
  }

  private static IOException over() {
    return new IOException("over");
  }

  @Test
  void aDatagramGetsItsQuarterStreamIdAndContextId() throws Exception {
    SendLane plain = queue.session().lane(256, -1);
    SendLane context = queue.session().lane(4, 16_384);
    assertThat(plain.tryWrite(bytes("aa"))).isTrue();
    assertThat(context.tryWrite(new byte[0])).isTrue();
    assertThat(plain.prefixBytes()).isEqualTo(2);
    assertThat(context.prefixBytes()).isEqualTo(5);
    assertThat(queue.nextBytes()).isEqualTo(3);
    assertThat(queue.nextBytes()).isEqualTo(3);
    assertThat(all()).containsExactly("4040aa", "0180004000");
    assertThat(plain.sent()).isEqualTo(1);
  }

  @Test
  void sessionsTakeTurnsAndInThemContexts() throws Exception {
    SendQueue large = new SendQueue(100, 100, ready::incrementAndGet);
    SendQueue.Group first = large.session();
    SendQueue.Group second = large.session();
    SendLane[] lanes = {first.lane(0, 0), first.lane(0, 2), second.lane(4, 0)};
    for (int i = 0; i < 4; i++) {
      for (SendLane lane : lanes) {
        assertThat(lane.tryWrite(new byte[] {(byte) i})).isTrue();
      }
    }
    List<String> order = new ArrayList<>();
    for (int size = large.nextBytes(); size > 0; size = large.nextBytes()) {
      ByteBuffer packet = ByteBuffer.allocate(size);
      large.writeNext(packet);
      order.add(HexFormat.of().formatHex(packet.array()));
    }
    assertThat(order)
        .containsExactly(
            "000000", "010000", "000200", "010001", "000001", "010002", "000201", "010003",
            "000002", "000202", "000003", "000203");
  }

  @Test
  void aLaneHasItsOwnLimitAndLanesShareTheRest() throws Exception {
    SendLane greedy = queue.session().lane(0, -1);
    SendLane second = queue.session().lane(4, -1);
    SendLane modest = queue.session().lane(8, -1);
    for (int i = 0; i < 3; i++) {
      assertThat(greedy.tryWrite(new byte[1])).isTrue();
      assertThat(second.tryWrite(new byte[1])).isTrue();
    }
    assertThat(greedy.tryWrite(new byte[1])).as("beyond its own limit").isFalse();
    assertThat(modest.tryWrite(new byte[1])).as("each has one place of its own").isTrue();
    assertThat(modest.tryWrite(new byte[1])).as("the common room is taken").isFalse();
    assertThat(all()).hasSize(7);
    for (int i = 0; i < 3; i++) {
      assertThat(modest.tryWrite(new byte[1])).isTrue();
    }
  }

  @Test
  void readyIsToldOnceWhenSomethingIsThereAgain() throws Exception {
    SendLane lane = queue.session().lane(0, -1);
    SendLane other = queue.session().lane(4, -1);
    lane.tryWrite(new byte[1]);
    lane.tryWrite(new byte[1]);
    other.tryWrite(new byte[1]);
    assertThat(ready).hasValue(1);
    next();
    lane.tryWrite(new byte[1]);
    assertThat(ready).as("the consumer has not been told that nothing is there").hasValue(1);
    all();
    lane.tryWrite(new byte[1]);
    other.tryWrite(new byte[1]);
    assertThat(ready).hasValue(2);
  }

  @Test
  void aWriterWaitsForRoomAndAnInterruptEndsTheWait() throws Exception {
    SendLane lane = queue.session().lane(0, -1);
    for (int i = 0; i < 3; i++) {
      lane.write(new byte[] {(byte) i});
    }
    CompletableFuture<String> waiting = new CompletableFuture<>();
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    start(lane, 3, waiting);
    start(lane, 4, interrupted).interrupt();
    assertThat(interrupted).succeedsWithin(LIMIT).isEqualTo("interrupted");
    assertThat(waiting).isNotDone();
    assertThat(next()).isEqualTo("0000");
    assertThat(waiting).succeedsWithin(LIMIT).isEqualTo("written");
    assertThat(all()).containsExactly("0001", "0002", "0003");
  }

  private static Thread start(SendLane lane, int number, CompletableFuture<String> result) {
    Thread thread =
        Thread.startVirtualThread(() -> {
          try {
            lane.write(new byte[] {(byte) number});
            result.complete("written");
          } catch (InterruptedException e) {
            result.complete("interrupted");
          } catch (IOException e) {
            result.complete(e.getMessage());
          }
        });
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void aClosedLaneEndsItsWritersAndSendsWhatWaits() throws Exception {
    SendLane lane = queue.session().lane(0, -1);
    for (int i = 0; i < 3; i++) {
      lane.write(new byte[] {(byte) i});
    }
    CompletableFuture<String> waiting = new CompletableFuture<>();
    start(lane, 3, waiting);
    lane.close(SendQueueTest::over);
    lane.close(() -> new IOException("another"));
    assertThat(waiting).succeedsWithin(LIMIT).isEqualTo("over");
    assertThatThrownBy(() -> lane.write(new byte[1])).hasMessage("over");
    assertThatThrownBy(() -> lane.tryWrite(new byte[1])).hasMessage("over");
    assertThat(all()).containsExactly("0000", "0001", "0002");
  }

  @Test
  // RFC 9297 §2.1: nothing is sent once the stream's send side is closed
  void aDiscardedLaneSendsNothingMoreAndCountsIt() throws Exception {
    SendLane lane = queue.session().lane(0, -1);
    SendLane other = queue.session().lane(4, -1);
    lane.tryWrite(bytes("aa"));
    lane.tryWrite(bytes("bb"));
    other.tryWrite(bytes("cc"));
    assertThat(queue.nextBytes()).isEqualTo(2);
    lane.discard(SendQueueTest::over);
    assertThat(all()).containsExactly("01cc");
    assertThat(lane.dropped(DropReason.SEND_CLOSED)).isEqualTo(2);
    assertThat(lane.sent()).isZero();
    SendLane next = queue.session().lane(8, -1);
    for (int i = 0; i < 3; i++) {
      assertThat(next.tryWrite(new byte[1])).as("the room is free again").isTrue();
    }
  }

  @Test
  void whatNoPacketCanHoldIsDiscardedAndCounted() throws Exception {
    SendLane lane = queue.session().lane(0, -1);
    lane.tryWrite(bytes("aabb"));
    lane.tryWrite(bytes("cc"));
    assertThat(queue.nextBytes()).isEqualTo(3);
    queue.discardNext();
    assertThat(all()).containsExactly("00cc");
    assertThat(lane.dropped(DropReason.SEND_TOO_LARGE)).isEqualTo(1);
    assertThatThrownBy(queue::discardNext).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> queue.writeNext(ByteBuffer.allocate(9)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theEndOfTheConnectionEndsEveryLane() throws Exception {
    SendLane full = queue.session().lane(0, -1);
    SendLane idle = queue.session().lane(4, -1);
    SendLane closed = queue.session().lane(8, -1);
    closed.tryWrite(new byte[1]);
    closed.close(() -> new IOException("closed before"));
    for (int i = 0; i < 3; i++) {
      full.tryWrite(new byte[1]);
    }
    CompletableFuture<String> waiting = new CompletableFuture<>();
    start(full, 3, waiting);
    queue.close(SendQueueTest::over);
    assertThat(waiting).succeedsWithin(LIMIT).isEqualTo("over");
    assertThatThrownBy(() -> idle.tryWrite(new byte[1])).hasMessage("over");
    assertThatThrownBy(() -> closed.tryWrite(new byte[1])).hasMessage("closed before");
    assertThatThrownBy(() -> queue.session().lane(12, -1).tryWrite(new byte[1])).hasMessage("over");
    assertThat(full.dropped(DropReason.SEND_CLOSED)).isEqualTo(3);
    assertThat(closed.dropped(DropReason.SEND_CLOSED)).isEqualTo(1);
    assertThat(queue.nextBytes()).isEqualTo(SendQueue.NONE);
  }
}
