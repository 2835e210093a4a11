package tech.kwik.core.cc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** RFC 9438. */
class CubicControllerTest {

  private static final double C = 0.4;
  private static final double BETA = 0.7;

  private static Window window(long roundTripMillis) {
    return new Window(new CubicController(Window.nobody()), Window.SIZE, roundTripMillis);
  }

  /** Slow start up to so many packets, 10 * 2^n, then a loss. */
  private static Window reducedFrom(int packets, long roundTripMillis) {
    Window window = window(roundTripMillis);
    while (window.packets() < packets) {
      window.round();
    }
    assertThat(window.packets()).isEqualTo(packets);
    window.roundWithLoss();
    return window;
  }

  // RFC 9438 §4.6: β_cubic is 0.7
  @Test
  void aLossLeavesSevenTenths() {
    assertThat(reducedFrom(640, 100).packets()).isCloseTo(448, within(1.0));
  }

  // RFC 9438 §4.2: W_cubic(t) = C * (t - K)^3 + W_max, K = cbrt((W_max - cwnd_epoch) / C)
  @Test
  void withLongRoundTripsItFollowsTheCubicFunction() {
    Window window = reducedFrom(640, 100);
    double maximum = 640;
    double k = Math.cbrt((maximum - window.packets()) / C);
    long start = window.now + 100 * Window.MILLI; // the first acknowledgement after the reduction
    for (int i = 0; i < 140; i++) {
      window.round();
      double seconds = (window.now - start) / 1e9;
      // A round trip ahead of each acknowledgement, reached by its end.
      double expected = C * Math.pow(seconds + 0.1 - k, 3) + maximum;
      assertThat(window.packets())
          .as("after %.1f s", seconds)
          .isCloseTo(expected, Percentage.withPercentage(3));
    }
    assertThat(window.packets()).isGreaterThan(maximum);
  }

  // RFC 9438 §4.4, §4.5: concave up to W_max, convex beyond it
  @Test
  void growthLevelsOffTowardsTheFormerMaximumAndSpeedsUpBeyondIt() {
    Window window = reducedFrom(640, 100);
    double before = window.packets();
    double first = 0;
    double smallest = Double.MAX_VALUE;
    double last = 0;
    for (int i = 0; i < 150; i++) {
      window.round();
      double step = window.packets() - before;
      before = window.packets();
      first = i == 1 ? step : first;
      smallest = i > 1 ? Math.min(smallest, step) : smallest;
      last = step;
    }
    assertThat(smallest).isLessThan(first / 10);
    assertThat(last).isGreaterThan(10 * smallest);
  }

  // RFC 9438 §4.2: target is at most 1.5 * cwnd
  @Test
  void itGrowsByHalfPerRoundTripAtMost() {
    Window window = reducedFrom(640, 2_000);
    for (int i = 0; i < 20; i++) {
      double before = window.packets();
      window.round();
      assertThat(window.packets()).isLessThanOrEqualTo(1.5 * before + 1);
    }
  }

  // RFC 9438 §4.3: with short round trips Reno would be faster, and is followed:
  // W_est grows by α = 3 * (1 - β) / (1 + β) per round trip until it reaches cwnd_prior, then by 1
  @Test
  void withShortRoundTripsItGrowsLikeReno() {
    Window window = reducedFrom(40, 1);
    double alpha = 3 * (1 - BETA) / (1 + BETA);
    assertThat(window.packets()).isCloseTo(28, within(0.1));
    for (int i = 1; i <= 20; i++) {
      window.round();
      assertThat(window.packets()).isCloseTo(28 + i * alpha, within(1.0));
    }
    while (window.packets() < 41) {
      window.round();
    }
    double start = window.packets();
    for (int i = 0; i < 20; i++) {
      window.round();
    }
    assertThat(window.packets()).isCloseTo(start + 20, within(2.0));
  }

  // RFC 9438 §4.7: W_max = cwnd * (1 + β) / 2 where the window has not reached the last one
  @Test
  void aLossBelowTheFormerMaximumLowersTheNextOneFurther() {
    Window slow = reducedFrom(640, 100);
    slow.roundWithLoss(); // at 448: the next maximum is 448 * 0.85
    double maximum = 448 * (1 + BETA) / 2;
    double k = Math.cbrt((maximum - slow.packets()) / C);
    long start = slow.now + 100 * Window.MILLI;
    while (slow.now - start < (k - 0.1) * 1e9) {
      slow.round();
    }
    assertThat(slow.packets())
        .as("flat at the lowered maximum")
        .isCloseTo(maximum, Percentage.withPercentage(2));
  }

  // RFC 9438 §4.2: time in which the application limits does not count
  @Test
  void timeInWhichTheApplicationSendsLessDoesNotCount() {
    Window busy = reducedFrom(640, 100);
    Window paused = reducedFrom(640, 100);
    for (int i = 0; i < 10; i++) {
      busy.round();
      paused.round();
    }
    for (int i = 0; i < 200; i++) {
      paused.roundOf(5);
    }
    for (int i = 0; i < 10; i++) {
      busy.round();
      paused.round();
    }
    assertThat(paused.packets()).isCloseTo(busy.packets(), Percentage.withPercentage(2));
  }

  // RFC 9438 §4.8: after a timeout K is 0, and W_max the window where slow start ends
  @Test
  void afterPersistentCongestionItGrowsFromWhereSlowStartEnded() {
    Window window = reducedFrom(640, 100);
    window.controller.persistentCongestion();
    while (window.packets() < 448) {
      window.round();
    }
    double origin = window.packets();
    for (int i = 0; i < 10; i++) {
      window.round();
    }
    assertThat(window.packets()).isCloseTo(origin + C, within(0.56 * 10));
    assertThat(window.packets()).isGreaterThanOrEqualTo(origin);
  }
}
