package tech.kwik.core.impl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends a connection ends in time, and leaves nothing on the timer. */
@Timeout(60)
class FarewellTest {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int HOUR_MILLIS = 3_600_000;

  /** RFC 9000 §10.2: three probe time-outs, and these hang on the path and the peer. */
  @Test
  void theClosingStateEndsHoweverLongTheProbeTimeOut() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    SocketHooks.schedule(null, ended::countDown, HOUR_MILLIS, TimeUnit.MILLISECONDS);
    assertThat(ended.await(LIMIT_NANOS, TimeUnit.NANOSECONDS)).isTrue();
  }

  @Test
  void anIdleTimeOutThatIsAgreedUponBehindTheEndIsNotWaitedFor() {
    IdleTimer timer = new IdleTimer(null, null);
    timer.shutdown();
    timer.setIdleTimeout(HOUR_MILLIS);
    awaitIdleTimerThread();
  }

  @Test
  void anEndAtTheSameTimeIsNotForgotten() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      IdleTimer timer = new IdleTimer(null, null);
      Thread agreeing = Thread.ofPlatform().start(() -> timer.setIdleTimeout(HOUR_MILLIS));
      timer.shutdown();
      agreeing.join();
    }
    awaitIdleTimerThread();
  }

  /** The timer's thread ends when it has nothing left to wait for. */
  private static void awaitIdleTimerThread() {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("kwik-timer"))) {
      assertThat(System.nanoTime() - deadline).as("the timer waits for something").isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
