package tech.kwik.core.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alarms ring once per time that was set, not before it, and none is forgotten. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AlarmTest {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** Notes when it rang last, and how often. */
  private static final class Bell {
    final AtomicInteger rings = new AtomicInteger();
    volatile long last = Long.MIN_VALUE;
    final Alarm alarm = new Alarm(this::ring);

    private void ring() {
      last = System.nanoTime();
      rings.incrementAndGet();
    }

    boolean rangAfter(long time) {
      return rings.get() > 0 && last - time >= 0;
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited in vain: " + what).isNegative();
      LockSupport.parkNanos(50_000);
    }
  }

  /**
   * Returns when the timer has passed this time: an alarm set before for an earlier one is done.
   */
  private static void passed(long time) {
    Bell later = new Bell();
    later.alarm.at(time);
    until("the timer", () -> later.rings.get() == 1);
  }

  @Test
  void manyAlarmsRingOnceEachAndNoneTooEarly() {
    Random random = new Random(3);
    int count = 2_000;
    long[] due = new long[count];
    long[] rang = new long[count];
    AtomicInteger rings = new AtomicInteger();
    List<Alarm> alarms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      alarms.add(
          new Alarm(() -> {
            rang[index] = System.nanoTime();
            rings.incrementAndGet();
          }));
    }
    for (int i = 0; i < count; i++) {
      due[i] = System.nanoTime() + random.nextLong(50 * MILLI);
      alarms.get(i).at(due[i]);
    }
    until("all of them", () -> rings.get() == count);
    passed(System.nanoTime() + 60 * MILLI);
    assertThat(rings.get()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(rang[i] - due[i]).as("alarm " + i).isNotNegative();
    }
  }

  @Test
  void aTimeThatHasPassedMeansAtOnce() {
    Bell bell = new Bell();
    bell.alarm.at(System.nanoTime() - TimeUnit.HOURS.toNanos(1));
    until("an alarm in the past", () -> bell.rings.get() == 1);
  }

  @Test
  void anAlarmThatIsSetAgainRingsForTheLastTimeOnly() {
    Bell bell = new Bell();
    long start = System.nanoTime();
    for (int i = 1; i <= 100; i++) {
      bell.alarm.at(start + 30 * MILLI + i * MILLI / 10);
    }
    long last = start + 40 * MILLI;
    until("the last time", () -> bell.rings.get() > 0);
    assertThat(bell.last - last).isNotNegative();
    bell.alarm.at(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    bell.alarm.at(System.nanoTime() + MILLI);
    until("the sooner time", () -> bell.rings.get() == 2);
    passed(System.nanoTime() + MILLI);
    assertThat(bell.rings.get()).isEqualTo(2);
  }

  @Test
  void anAlarmThatIsOffDoesNotRing() {
    Bell near = new Bell();
    Bell far = new Bell();
    long now = System.nanoTime();
    near.alarm.at(now + 20 * MILLI);
    far.alarm.at(now + 700 * MILLI);
    near.alarm.off();
    far.alarm.off();
    passed(now + 800 * MILLI);
    assertThat(near.rings.get() + far.rings.get()).isZero();
    near.alarm.at(System.nanoTime());
    far.alarm.at(System.nanoTime());
    until("set again", () -> near.rings.get() == 1 && far.rings.get() == 1);
  }

  /** Set again at the moment at which it rings: it rings once more, at the new time or later. */
  @Test
  void aTimeSetWhileTheAlarmRingsIsNotForgotten() {
    Random random = new Random(5);
    Bell bell = new Bell();
    // Keeps the timer awake, so that it looks at the other alarm just when that changes.
    AtomicReference<Alarm> busy = new AtomicReference<>();
    busy.set(
        new Alarm(() -> {
          Alarm again = busy.get();
          if (again != null) {
            again.at(System.nanoTime());
          }
        }));
    busy.get().at(System.nanoTime());
    try {
      for (int i = 0; i < 3_000; i++) {
        bell.alarm.at(System.nanoTime());
        pause(random.nextInt(1_000));
        long last = System.nanoTime() + 3_000 + random.nextInt(3_000);
        bell.alarm.at(last);
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!bell.rangAfter(last)) {
          assertThat(System.nanoTime() - deadline).as("round " + i + " waits in vain").isNegative();
          Thread.onSpinWait();
        }
      }
    } finally {
      busy.set(null);
    }
  }

  private static void pause(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  /** Threads set, move and switch off the same alarms; in the end each is set, and rings. */
  @Test
  void racesOfSettingMovingAndSwitchingOffLoseNoAlarm() throws Exception {
    for (int round = 0; round < 200; round++) {
      Bell bell = new Bell();
      CountDownLatch done = new CountDownLatch(3);
      for (int t = 0; t < 3; t++) {
        Random random = new Random(31L * round + t);
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 300; i++) {
                switch (random.nextInt(4)) {
                  case 0 -> bell.alarm.off();
                  // So far away that it is taken out of the queue when it is switched off.
                  case 1 -> bell.alarm.at(System.nanoTime() + 2_000 * MILLI);
                  default -> bell.alarm.at(System.nanoTime() + random.nextInt(100_000));
                }
              }
              done.countDown();
            });
      }
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      long last = System.nanoTime() + random(round);
      bell.alarm.at(last);
      until("after round " + round, () -> bell.rangAfter(last));
    }
  }

  private static long random(int round) {
    return round % 3 * 100_000L;
  }

  @Test
  void anActionThatFailsDoesNotEndTheOthers() {
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> seen.set(failure));
    try {
      IllegalStateException failure = new IllegalStateException("on purpose");
      new Alarm(
              () -> {
                throw failure;
              })
          .at(System.nanoTime());
      passed(System.nanoTime() + MILLI);
      assertThat(seen.get()).isSameAs(failure);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void anAlarmFarAwayThatIsOffIsNotKept() {
    WeakReference<Object> kept = setAndSwitchOff();
    until(
        "collected",
        () -> {
          System.gc();
          return kept.get() == null;
        });
  }

  private static WeakReference<Object> setAndSwitchOff() {
    Object owner = new Object();
    Alarm alarm = new Alarm(owner::notifyAll);
    alarm.at(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    alarm.off();
    return new WeakReference<>(owner);
  }

  @Test
  void theThreadEndsWhenThereIsNothingToDoAndComesBackForTheNextAlarm() {
    passed(System.nanoTime());
    until("no timer thread", () -> timers() == 0);
    passed(System.nanoTime());
    assertThat(timers()).isLessThanOrEqualTo(1);
  }

  private static long timers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("kwik-timer"))
        .count();
  }
}
