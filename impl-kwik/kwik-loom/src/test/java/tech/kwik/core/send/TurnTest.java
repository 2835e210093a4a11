package tech.kwik.core.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No work is left undone and no two threads do it, whoever marks when. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TurnTest {

  /** What waits, and the work that takes it; the sum is guarded by nothing but the turn. */
  private static final class Work {
    final Queue<Integer> waiting = new ConcurrentLinkedQueue<>();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger together = new AtomicInteger();
    final Turn turn = new Turn(this::run);
    long sum;
    long rounds;

    void add(int value) {
      waiting.add(value);
      turn.take();
    }

    private void run() {
      if (inside.incrementAndGet() != 1) {
        together.incrementAndGet();
      }
      rounds++;
      Integer next;
      while ((next = waiting.poll()) != null) {
        sum += next;
      }
      inside.decrementAndGet();
    }
  }

  /** A thread per index, all started; ends when all have ended, with the first failure. */
  private static void together(int threads, boolean virtual, Body body) throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int index = t;
      Runnable guarded =
          () -> {
            try {
              body.run(index);
            } catch (Throwable e) {
              failure.compareAndSet(null, e);
            }
          };
      all.add(virtual ? Thread.startVirtualThread(guarded) : Thread.ofPlatform().start(guarded));
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
  }

  private interface Body {
    void run(int index) throws Exception;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMillionMarksOfManyThreadsLeaveNothingUndone(boolean virtual) throws Exception {
    Work work = new Work();
    int threads = 8;
    int each = 125_000;
    together(
        threads,
        virtual,
        index -> {
          for (int i = 0; i < each; i++) {
            work.add(1);
          }
        });
    assertThat(work.waiting).isEmpty();
    assertThat(work.sum).isEqualTo((long) threads * each);
    assertThat(work.together.get()).as("threads that met another at work").isZero();
    assertThat(work.rounds).isBetween(1L, (long) threads * each);
  }

  /** Whenever all calls have returned nothing waits: looked at after every few marks. */
  @Test
  void nothingWaitsWheneverAllCallsHaveReturned() throws Exception {
    Work work = new Work();
    int threads = 3;
    int marks = 3;
    int[] round = new int[1];
    CyclicBarrier barrier =
        new CyclicBarrier(
            threads,
            () -> {
              round[0]++;
              assertThat(work.waiting).as("after round %d", round[0]).isEmpty();
              assertThat(work.sum).isEqualTo((long) threads * marks * round[0]);
            });
    together(
        threads,
        false,
        index -> {
          for (int i = 0; i < 20_000; i++) {
            for (int mark = 0; mark < marks; mark++) {
              work.add(1);
            }
            barrier.await(20, TimeUnit.SECONDS);
          }
        });
    assertThat(round[0]).isEqualTo(20_000);
    assertThat(work.together.get()).isZero();
  }

  @Test
  void aMarkThatTheWorkItselfLeavesMakesAnotherRoundOnTheSameThread() {
    int[] depth = new int[2];
    List<Integer> depths = new ArrayList<>();
    Turn[] turn = new Turn[1];
    turn[0] =
        new Turn(() -> {
          depths.add(++depth[0]);
          if (depth[1]++ < 3) {
            turn[0].take();
            turn[0].take();
          }
          depth[0]--;
        });
    turn[0].take();
    assertThat(depths)
        .as("never inside itself, once more per mark-leaving round")
        .containsExactly(1, 1, 1, 1);
    turn[0].take();
    assertThat(depths).hasSize(5);
  }

  /** The caller that finds the turn taken is not made to wait for it. */
  @Test
  void whoFindsTheTurnTakenReturnsAtOnce() throws Exception {
    CyclicBarrier inside = new CyclicBarrier(2);
    AtomicInteger rounds = new AtomicInteger();
    Turn turn =
        new Turn(() -> {
          if (rounds.incrementAndGet() == 1) {
            meet(inside);
            meet(inside);
          }
        });
    Thread holder = Thread.ofPlatform().start(turn::take);
    meet(inside);
    turn.take(); // would never return if it waited: the holder waits for this thread
    assertThat(rounds.get()).isEqualTo(1);
    meet(inside);
    holder.join();
    assertThat(rounds.get()).isEqualTo(2);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
