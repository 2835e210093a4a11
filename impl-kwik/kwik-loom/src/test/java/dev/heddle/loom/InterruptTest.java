package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.core.QuicStream;

/** K5: an interrupt ends a wait, belongs to the caller, and costs the stream nothing. */
@Tag("defect")
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class InterruptTest {

  private static final Duration LIMIT = Duration.ofSeconds(1);

  /** How a blocked call ended, and whether its thread was left interrupted. */
  private record Ending(Throwable failure, boolean strayInterrupt) {}

  private interface Call {
    void run() throws IOException;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptEndsABlockedRead(boolean virtual) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Loopback loopback = Loopback.serving(stream -> answerAfter(go, stream))) {
      QuicStream stream = open(loopback);
      Ending ending = interrupted(virtual, () -> stream.getInputStream().read());
      assertThat(ending.failure()).isInstanceOf(InterruptedIOException.class);
      assertThat(ending.strayInterrupt()).isFalse();
      go.countDown();
      assertThat(stream.getInputStream().read()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptEndsABlockedWrite(boolean virtual) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Loopback loopback = Loopback.serving(stream -> drainAfter(go, stream))) {
      QuicStream stream = open(loopback);
      Ending ending =
          interrupted(
              virtual,
              () -> {
                while (true) {
                  stream.getOutputStream().write(new byte[1000]);
                }
              });
      assertThat(ending.failure()).isInstanceOf(InterruptedIOException.class);
      assertThat(ending.strayInterrupt()).isFalse();
      go.countDown();
      stream.getOutputStream().write(1);
      stream.getOutputStream().close();
      assertThat(stream.getInputStream().read()).isEqualTo(9);
    }
  }

  @Test
  void aResetEndsABlockedReadWithoutInterruptingItsThread() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Loopback loopback =
        Loopback.serving(stream -> {
          go.await();
          stream.resetStream(5);
        })) {
      QuicStream stream = open(loopback);
      CompletableFuture<Ending> ending = blocked(true, () -> stream.getInputStream().read());
      go.countDown();
      assertThat(ending).succeedsWithin(Duration.ofSeconds(10));
      assertThat(ending.get().failure()).isInstanceOf(IOException.class);
      assertThat(ending.get().strayInterrupt()).isFalse();
    }
  }

  private static void answerAfter(CountDownLatch go, QuicStream stream) throws Exception {
    go.await();
    stream.getOutputStream().write(7);
  }

  private static void drainAfter(CountDownLatch go, QuicStream stream) throws Exception {
    go.await();
    stream.getInputStream().readAllBytes();
    stream.getOutputStream().write(9);
    stream.getOutputStream().close();
  }

  private static QuicStream open(Loopback loopback) throws IOException {
    QuicStream stream = loopback.connect().createStream(true);
    stream.getOutputStream().write(0);
    return stream;
  }

  private static Ending interrupted(boolean virtual, Call call) throws Exception {
    Thread[] thread = new Thread[1];
    CompletableFuture<Ending> ending = blocked(virtual, call, thread);
    awaitParked(thread[0]);
    thread[0].interrupt();
    return ending.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static CompletableFuture<Ending> blocked(boolean virtual, Call call) throws Exception {
    return blocked(virtual, call, new Thread[1]);
  }

  private static CompletableFuture<Ending> blocked(boolean virtual, Call call, Thread[] thread)
      throws Exception {
    CompletableFuture<Ending> ending = new CompletableFuture<>();
    Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    thread[0] =
        builder.start(() -> {
          Throwable failure = null;
          try {
            call.run();
          } catch (Throwable e) {
            failure = e;
          }
          ending.complete(new Ending(failure, Thread.interrupted()));
        });
    awaitParked(thread[0]);
    return ending;
  }

  private static void awaitParked(Thread thread) {
    // Parked twice in a row: a write parks for good only when credit and buffer are used up.
    for (int seen = 0; seen < 20; ) {
      boolean parked =
          thread.getState() == Thread.State.WAITING
              || thread.getState() == Thread.State.TIMED_WAITING;
      seen = parked ? seen + 1 : 0;
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }
}
