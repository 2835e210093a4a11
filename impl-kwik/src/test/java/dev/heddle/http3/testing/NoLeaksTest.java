package dev.heddle.http3.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class NoLeaksTest {
  @Test
  void threadsOfEveryKindAreSeenUntilTheyEnd() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    var ofExecutor = new LinkedBlockingQueue<Thread>();
    List<Thread> threads =
        List.of(
            Thread.ofPlatform().name("left-platform").start(() -> await(end)),
            Thread.ofVirtual().name("left-virtual").start(() -> await(end)),
            Thread.startVirtualThread(() -> await(end)));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      executor.execute(() -> {
        ofExecutor.add(Thread.currentThread());
        await(end);
      });
      long fourth = ofExecutor.take().threadId();
      var found = NoLeaks.threads();
      end.countDown();
      assertThat(found)
          .containsEntry(threads.get(0).threadId(), "left-platform")
          .containsEntry(threads.get(1).threadId(), "left-virtual")
          .containsEntry(threads.get(2).threadId(), "")
          .containsEntry(fourth, "");
    }
    for (Thread thread : threads) {
      thread.join();
      assertThat(NoLeaks.threads()).doesNotContainKey(thread.threadId());
    }
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
