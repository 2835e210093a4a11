package tech.kwik.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tech.kwik.core.log.NullLogger;

/** RFC 9002 section 5. */
class RttEstimatorTest {

  private static final long MILLI = 1_000_000;

  private final RttEstimator rtt = new RttEstimator(new NullLogger());

  private void sample(long rttNanos, long ackDelayNanos) {
    rtt.addSample(rttNanos, ackDelayNanos, 0);
  }

  // RFC 9002 §6.2.2: the initial round-trip time is 333 ms, its variation half of that
  @Test
  void beforeTheFirstSampleItIsThatOfTheRfc() {
    assertThat(rtt.smoothedNanos()).isEqualTo(333 * MILLI);
    assertThat(rtt.variationNanos()).isEqualTo(333 * MILLI / 2);
    assertThat(rtt.latestNanos()).isZero();
    assertThat(rtt.getSmoothedRtt()).isEqualTo(333);
  }

  // RFC 9002 §5.3: smoothed_rtt = latest_rtt, rttvar = latest_rtt / 2
  @Test
  void theFirstSampleReplacesTheEstimateWhateverItsDelay() {
    sample(40 * MILLI, 30 * MILLI);
    assertThat(rtt.latestNanos()).isEqualTo(40 * MILLI);
    assertThat(rtt.smoothedNanos()).isEqualTo(40 * MILLI);
    assertThat(rtt.variationNanos()).isEqualTo(20 * MILLI);
  }

  // RFC 9002 §5.3: smoothed_rtt = 7/8 smoothed_rtt + 1/8 adjusted_rtt, rttvar = 3/4 rttvar + 1/4 …
  @Test
  void furtherSamplesMoveItByAnEighthAndItsVariationByAQuarter() {
    sample(40 * MILLI, 0);
    sample(56 * MILLI, 0);
    assertThat(rtt.variationNanos()).isEqualTo((3 * 20 + 16) * MILLI / 4);
    assertThat(rtt.smoothedNanos()).isEqualTo((7 * 40 + 56) * MILLI / 8);
  }

  // RFC 9002 §5.3: adjusted_rtt = latest_rtt - ack_delay if latest_rtt >= min_rtt + ack_delay
  @Test
  void theDelayIsSubtractedWhereTheRestIsNotBelowTheMinimum() {
    sample(40 * MILLI, 0);
    sample(56 * MILLI, 16 * MILLI);
    assertThat(rtt.smoothedNanos()).isEqualTo(40 * MILLI);
    assertThat(rtt.latestNanos()).as("latest_rtt is not adjusted").isEqualTo(56 * MILLI);
  }

  // RFC 9002 §5.3: it MUST NOT be subtracted if the result is smaller than min_rtt
  @Test
  void theDelayIsNotSubtractedWhereTheRestWouldBeBelowTheMinimum() {
    sample(40 * MILLI, 0);
    sample(56 * MILLI, 16 * MILLI + 1);
    assertThat(rtt.smoothedNanos()).isEqualTo((7 * 40 + 56) * MILLI / 8);
  }

  // RFC 9002 §5.2: min_rtt is the lesser of itself and latest_rtt, which is not adjusted
  @Test
  void theMinimumIsOfSamplesAsTheyWereMeasured() {
    sample(40 * MILLI, 0);
    sample(24 * MILLI, 20 * MILLI); // cannot be adjusted, and is the new minimum
    assertThat(rtt.smoothedNanos()).isEqualTo((7 * 40 + 24) * MILLI / 8);
    long before = rtt.smoothedNanos();
    sample(44 * MILLI, 20 * MILLI); // 24 ms are left: just not below it
    assertThat(rtt.smoothedNanos()).isEqualTo((7 * before + 24 * MILLI) / 8);
  }

  // K6: stock kwik counts in whole milliseconds
  @Test
  void roundTripsFarBelowAMillisecondAreSeen() {
    for (int i = 0; i < 100; i++) {
      sample(80_000, 0);
    }
    assertThat(rtt.smoothedNanos()).isEqualTo(80_000);
    assertThat(rtt.variationNanos()).isLessThan(100);
    assertThat(rtt.getSmoothedRtt()).as("in milliseconds, rounded up").isEqualTo(1);
  }

  @Test
  void aClockThatDidNotMoveGivesTheSmallestSample() {
    sample(0, 0);
    sample(-5, 0);
    assertThat(rtt.latestNanos()).isEqualTo(1);
    assertThat(rtt.smoothedNanos()).isEqualTo(1);
  }

  @Test
  void theFirstSampleIsRemembered() {
    assertThat(rtt.isSampledBefore(Long.MAX_VALUE)).isFalse();
    rtt.addSample(MILLI, 0, 100);
    rtt.addSample(MILLI, 0, 200);
    assertThat(rtt.isSampledBefore(100)).isFalse();
    assertThat(rtt.isSampledBefore(101)).isTrue();
  }

  // RFC 9000 §9.4: reset to initial values when the path is another
  @Test
  void onAnotherPathItIsThatOfTheRfcAgainAndOldPacketsSayNothing() {
    sample(40 * MILLI, 0);
    long now = System.nanoTime();
    rtt.newPath(now);
    beforeTheFirstSampleItIsThatOfTheRfc();
    assertThat(rtt.isOfThisPath(now - 1)).isFalse();
    assertThat(rtt.isOfThisPath(now)).isTrue();
    sample(8 * MILLI, 0);
    assertThat(rtt.smoothedNanos()).isEqualTo(8 * MILLI);
  }

  // RFC 9002 §5.2: min_rtt SHOULD be the newest sample after persistent congestion
  @Test
  void afterPersistentCongestionTheMinimumIsTheNewestSample() {
    sample(40 * MILLI, 0);
    sample(80 * MILLI, 0);
    rtt.persistentCongestion();
    long smoothed = rtt.smoothedNanos();
    // 84 ms less a delay of 8 ms would be below the new minimum of 80 ms, so it is not taken off.
    sample(84 * MILLI, 8 * MILLI);
    assertThat(rtt.smoothedNanos()).isEqualTo((7 * smoothed + 84 * MILLI) / 8);
  }
}
