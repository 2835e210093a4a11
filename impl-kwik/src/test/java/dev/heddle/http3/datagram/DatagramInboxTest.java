package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramInboxTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final DatagramInbox inbox = new DatagramInbox(4, 2, 4, DropPolicy.OLDEST);

  private static byte[] datagram(int number) {
    return new byte[] {(byte) number};
  }

  private record Running<T>(Thread thread, CompletableFuture<T> result) {
    /** Waits until the thread waits. */
    Running<T> parked() {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (thread.getState() != Thread.State.WAITING
          && thread.getState() != Thread.State.TIMED_WAITING) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
      return this;
    }
  }

  private static <T> Running<T> start(Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        Thread.startVirtualThread(() -> {
          try {
            result.complete(call.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return new Running<>(thread, result);
  }

  @Test
  void aReaderThatWaitsGetsTheNextDatagram() {
    Running<Received> reader = start(inbox::read).parked();
    inbox.deliver(datagram(7));
    assertThat(reader.result())
        .succeedsWithin(LIMIT)
        .satisfies(received -> {
          assertThat(received.payload()).containsExactly(7);
          assertThat(received.inCapsule()).isFalse();
        });
  }

  @Test
  void aDatagramFromACapsuleSaysSo() throws Exception {
    Running<Received> reader = start(inbox::read).parked();
    inbox.deliverCapsule(datagram(7));
    assertThat(reader.result())
        .succeedsWithin(LIMIT)
        .satisfies(received -> assertThat(received.inCapsule()).isTrue());
    assertThat(inbox.received()).isEqualTo(1);
    assertThat(inbox.delivered()).isEqualTo(1);
  }

  @Test
  void anInterruptEndsTheWaitAndTheNextReadWorks() throws Exception {
    Running<Received> reader = start(inbox::read).parked();
    reader.thread().interrupt();
    assertThat(reader.result())
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withCauseInstanceOf(InterruptedException.class);
    inbox.deliver(datagram(1));
    assertThat(inbox.read().payload()).containsExactly(1);
  }

  @Test
  void anInterruptedThreadDoesNotStartToWait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(inbox::read).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aReadWithALimitSaysNullWhenTheTimeIsOver() throws Exception {
    assertThat(inbox.read(Duration.ofMillis(5))).isNull();
    assertThat(inbox.read(Duration.ZERO)).isNull();
    assertThat(inbox.read(Duration.ofSeconds(-1))).isNull();
    inbox.deliver(datagram(1));
    assertThat(inbox.read(Duration.ZERO).payload()).containsExactly(1);
    inbox.deliver(datagram(2));
    assertThat(inbox.read(Duration.ofSeconds(Long.MAX_VALUE)).payload()).containsExactly(2);
  }

  @Test
  void whatHasArrivedIsReadAfterTheCloseAndThenTheEnd() throws Exception {
    inbox.deliver(datagram(1));
    inbox.deliverCapsule(datagram(2));
    inbox.close(() -> new IOException("the first end"));
    inbox.close(() -> new IOException("the second end"));
    inbox.deliver(datagram(3));
    inbox.deliverCapsule(datagram(4));
    assertThat(inbox.read().payload()).containsExactly(1);
    assertThat(inbox.read(LIMIT).payload()).containsExactly(2);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(inbox::read).isInstanceOf(IOException.class).hasMessage("the first end");
      assertThatThrownBy(inbox::poll).hasMessage("the first end");
      assertThatThrownBy(() -> inbox.read(LIMIT)).hasMessage("the first end");
    }
    assertThat(inbox.dropped(DropReason.CONTEXT_CLOSED)).isEqualTo(2);
    assertThat(inbox.received()).isEqualTo(4);
    assertThat(inbox.delivered()).isEqualTo(2);
  }

  @Test
  void theCloseEndsEveryReaderThatWaits() {
    List<Running<Received>> readers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      readers.add(start(i % 2 == 0 ? inbox::read : () -> inbox.read(Duration.ofHours(1))).parked());
    }
    inbox.close(() -> new IOException("over"));
    for (Running<Received> reader : readers) {
      assertThat(reader.result())
          .failsWithin(LIMIT)
          .withThrowableThat()
          .withMessageContaining("over");
    }
  }

  @Test
  void whatIsDiscardedIsCountedAndReadersGetTheEnd() {
    inbox.deliver(datagram(1));
    inbox.deliverCapsule(datagram(2));
    inbox.close(() -> new IOException("closed by the peer"));
    inbox.discard(() -> new IOException("closed here"));
    assertThatThrownBy(inbox::read).hasMessage("closed by the peer");
    assertThat(inbox.dropped(DropReason.CONTEXT_CLOSED)).isEqualTo(2);
    assertThat(inbox.delivered()).isZero();
  }

  @Test
  void everyOverflowIsCounted() throws Exception {
    for (int i = 0; i < 10; i++) {
      inbox.deliver(datagram(i));
    }
    assertThat(inbox.dropped(DropReason.RING_FULL)).isEqualTo(6);
    assertThat(inbox.read().payload()).containsExactly(6);
    assertThat(inbox.received()).isEqualTo(10);
    DatagramInbox first = new DatagramInbox(4, 2, 4, DropPolicy.NEWEST);
    for (int i = 0; i < 10; i++) {
      first.deliver(datagram(i));
    }
    assertThat(first.dropped(DropReason.RING_FULL)).isEqualTo(6);
    assertThat(first.read().payload()).containsExactly(0);
  }

  /** Each datagram must wake a reader: one that is lost stops everything. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void noWakeUpIsLostWithReadersThatComeAndGo(int readers) throws Exception {
    int datagrams = 100_000;
    DatagramInbox large = new DatagramInbox(4, 2, 1 << 17, DropPolicy.NEWEST);
    AtomicLong sum = new AtomicLong();
    List<Running<Long>> reading = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      boolean timed = i % 2 == 1;
      reading.add(start(() -> count(large, sum, timed)));
    }
    for (int i = 1; i <= datagrams; i++) {
      large.deliver(Numbered.datagram(i));
      if (i % 64 == 0) {
        Thread.yield();
      }
    }
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (large.delivered() < datagrams && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    large.close(() -> new IOException("done"));
    long total = 0;
    for (Running<Long> running : reading) {
      total += running.result().get(10, TimeUnit.SECONDS);
    }
    assertThat(total).isEqualTo(datagrams);
    assertThat(sum.get()).isEqualTo((long) datagrams * (datagrams + 1) / 2);
  }

  private static long count(DatagramInbox inbox, AtomicLong sum, boolean timed) throws Exception {
    long count = 0;
    while (true) {
      try {
        Received received = timed ? inbox.read(Duration.ofNanos(20_000)) : inbox.read();
        if (received != null) {
          sum.addAndGet(Numbered.number(received.payload()));
          count++;
        }
      } catch (IOException e) {
        return count;
      }
    }
  }

  /** Two threads that answer each other: a lost wake-up would leave both waiting. */
  @Test
  void noWakeUpIsLostInAPingPong() throws Exception {
    int rounds = 50_000;
    DatagramInbox there = new DatagramInbox(0, -1, 2, DropPolicy.NEWEST);
    DatagramInbox back = new DatagramInbox(0, -1, 2, DropPolicy.NEWEST);
    Running<Boolean> answers =
        start(() -> {
          for (int i = 0; i < rounds; i++) {
            back.deliver(there.read().payload());
          }
          return true;
        });
    Running<Boolean> asks =
        start(() -> {
          for (int i = 0; i < rounds; i++) {
            there.deliver(Numbered.datagram(i));
            assertThat(Numbered.number(back.read().payload())).isEqualTo(i);
          }
          return true;
        });
    assertThat(asks.result()).succeedsWithin(Duration.ofSeconds(60));
    assertThat(answers.result()).succeedsWithin(LIMIT);
  }

  /** Those that are interrupted or too late pass on what woke them. */
  @Test
  void noWakeUpIsLostToAReaderThatIsInterrupted() throws Exception {
    for (int round = 0; round < 5_000; round++) {
      DatagramInbox shared = new DatagramInbox(0, -1, 4, DropPolicy.NEWEST);
      Running<Received> interrupted = start(shared::read);
      Running<Received> patient = start(shared::read);
      if (round % 2 == 0) {
        interrupted.parked();
        patient.parked();
      }
      Thread interrupter = Thread.startVirtualThread(interrupted.thread()::interrupt);
      shared.deliver(datagram(1));
      shared.deliver(datagram(2));
      interrupter.join();
      assertThat(patient.result()).succeedsWithin(LIMIT);
      boolean got =
          interrupted
              .result()
              .handle((value, failure) -> failure == null)
              .get(10, TimeUnit.SECONDS);
      assertThat(shared.delivered()).isEqualTo(got ? 2 : 1);
    }
  }

  @Test
  void readersThatGiveUpLeaveNothingBehind() throws Exception {
    Running<Received> waiting = start(inbox::read).parked();
    for (int i = 0; i < 20_000; i++) {
      assertThat(inbox.read(Duration.ofNanos(1))).isNull();
    }
    inbox.deliver(datagram(1));
    assertThat(waiting.result()).succeedsWithin(LIMIT);
  }
}
