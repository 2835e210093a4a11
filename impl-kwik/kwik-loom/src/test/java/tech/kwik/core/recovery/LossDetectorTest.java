// checkstyle allow FileLength: the sentences of one section
package tech.kwik.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kwik.core.cc.CongestionControlEventListener;
import tech.kwik.core.cc.LossBasedController;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.Range;
import tech.kwik.core.log.NullLogger;

/** RFC 9002 section 6.1, and what section 7.6 asks of loss detection. */
class LossDetectorTest {

  private static final long MILLI = 1_000_000;
  private static final int SIZE = 1_200;
  private static final int INITIAL_WINDOW = 10 * SIZE;

  private final RttEstimator rtt = new RttEstimator(new NullLogger());
  private final LossBasedController congestion =
      LossBasedController.create(
          new NullLogger(),
          new CongestionControlEventListener() {
            @Override
            public void bytesInFlightIncreased(long bytes) {}

            @Override
            public void bytesInFlightDecreased(long bytes) {}
          });
  private final LossDetector detector = new LossDetector(rtt, congestion);
  private final List<PacketStatus> acknowledged = new ArrayList<>();
  private final List<PacketStatus> lost = new ArrayList<>();

  private void send(long number, long atMillis) {
    send(number, atMillis, new PingFrame());
  }

  private void send(long number, long atMillis, QuicFrame frame) {
    TestPacket packet = new TestPacket(PnSpace.App, number, SIZE, List.of(frame));
    detector.packetSent(TestPacket.sent(packet, atMillis * MILLI, p -> {}));
  }

  private void sendAll(long from, long upTo, long atMillis) {
    for (long number = from; number <= upTo; number++) {
      send(number, atMillis);
    }
  }

  /** With nothing in the lists but what this acknowledgement brings. */
  private void ack(long atMillis, Range... ranges) {
    acknowledged.clear();
    lost.clear();
    detector.ackReceived(
        new AckFrame(Arrays.asList(ranges)), atMillis * MILLI, 0, acknowledged, lost);
  }

  private static Range only(long number) {
    return new Range(number, number);
  }

  private static List<Long> numbers(List<PacketStatus> packets) {
    return packets.stream().map(PacketStatus::number).toList();
  }

  private List<Long> lostBy(long nanos) {
    List<PacketStatus> result = new ArrayList<>();
    detector.detectLost(nanos, result);
    return numbers(result);
  }

  /** A round-trip time of 8 ms: a packet is lost 9 ms after it was sent. */
  private void sampleOf8Millis() {
    send(0, 0);
    ack(8, only(0));
    assertThat(rtt.smoothedNanos()).isEqualTo(8 * MILLI);
  }

  // RFC 9002 §6.1.1: kPacketThreshold is 3
  @Test
  void aPacketIsLostWhenOneThreeLaterIsAcknowledged() {
    sendAll(0, 5, 0);
    ack(10, only(3));
    assertThat(numbers(acknowledged)).containsExactly(3L);
    assertThat(numbers(lost)).containsExactly(0L);
    ack(10, only(5));
    assertThat(numbers(lost)).containsExactly(1L, 2L);
    assertThat(detector.lostCount()).isEqualTo(3);
  }

  @Test
  void aPacketIsNotLostWhenOneTwoLaterIsAcknowledged() {
    sendAll(0, 2, 0);
    ack(10, only(2));
    assertThat(lost).isEmpty();
  }

  // RFC 9002 §6.1: a packet is lost only if it was sent before one that was acknowledged
  @Test
  void packetsAfterTheLargestAcknowledgedAreNotLostHoweverOld() {
    sampleOf8Millis();
    sendAll(1, 9, 10);
    ack(18, only(1));
    assertThat(lostBy(10_000 * MILLI)).isEmpty();
    assertThat(detector.lossTime()).isEqualTo(LossDetector.NEVER);
  }

  // RFC 9002 §6.1.2: 9/8 of the larger of the smoothed and the latest round-trip time
  @Test
  void aPacketIsLostNineEighthsOfARoundTripAfterItWasSent() {
    sampleOf8Millis();
    sendAll(1, 2, 100);
    ack(108, only(2));
    assertThat(lost).isEmpty();
    assertThat(detector.lossTime()).isEqualTo(109 * MILLI);
    assertThat(lostBy(109 * MILLI - 1)).isEmpty();
    assertThat(detector.lossTime()).isEqualTo(109 * MILLI);
    assertThat(lostBy(109 * MILLI)).containsExactly(1L);
    assertThat(detector.lossTime()).isEqualTo(LossDetector.NEVER);
  }

  @Test
  void theLatestRoundTripCountsWhereItIsLongerThanTheSmoothed() {
    sampleOf8Millis();
    sendAll(1, 2, 100);
    ack(180, only(2));
    assertThat(rtt.smoothedNanos()).isLessThan(80 * MILLI);
    assertThat(detector.lossTime()).isEqualTo((100 + 90) * MILLI);
  }

  // RFC 9002 §6.1.2: at least kGranularity, 1 ms, which keeps fast links from losing by jitter
  @Test
  void itTakesAMillisecondAtLeastHoweverFastTheLink() {
    sampleOf8Millis();
    for (int i = 0; i < 200; i++) {
      rtt.addSample(80_000, 0, 0);
    }
    TestPacket first = new TestPacket(PnSpace.App, 1, SIZE, List.of(new PingFrame()));
    TestPacket second = new TestPacket(PnSpace.App, 2, SIZE, List.of(new PingFrame()));
    long sent = 100 * MILLI;
    detector.packetSent(TestPacket.sent(first, sent, p -> {}));
    detector.packetSent(TestPacket.sent(second, sent + 10_000, p -> {}));
    detector.ackReceived(new AckFrame(2), sent + 90_000, 0, acknowledged, lost);
    assertThat(lost).isEmpty();
    assertThat(detector.lossTime()).isEqualTo(sent + MILLI);
    assertThat(lostBy(sent + MILLI - 1)).isEmpty();
    assertThat(lostBy(sent + MILLI)).containsExactly(1L);
  }

  @Test
  void theEarliestOfSeveralLossTimesCounts() {
    sampleOf8Millis();
    send(1, 100);
    send(2, 101);
    send(3, 102);
    ack(108, only(3));
    long delay = 7_750_000 * 9 / 8; // latest 6 ms, smoothed 7.75 ms
    assertThat(detector.lossTime()).isEqualTo(100 * MILLI + delay);
  }

  @Test
  void allRangesOfAnAcknowledgementCount() {
    sendAll(0, 9, 0);
    ack(10, new Range(7, 9), only(4), new Range(0, 1));
    assertThat(numbers(acknowledged)).containsExactlyInAnyOrder(0L, 1L, 4L, 7L, 8L, 9L);
    assertThat(numbers(lost)).containsExactly(2L, 3L, 5L, 6L);
    assertThat(congestion.getBytesInFlight()).isZero();
    assertThat(detector.ackElicitingInFlight()).isFalse();
  }

  // RFC 9000 §13.1: what was not sent cannot be acknowledged; it must not cost time either
  @Test
  void numbersThatWereNeverSentChangeNothing() {
    sendAll(0, 2, 0);
    ack(10, new Range(3, (1L << 62) - 1));
    assertThat(acknowledged).isEmpty();
    assertThat(lost).isEmpty();
    assertThat(rtt.latestNanos()).isZero();
    ack(10, new Range(1, (1L << 62) - 1));
    assertThat(numbers(acknowledged)).containsExactly(1L, 2L);
    assertThat(rtt.latestNanos()).as("the largest acknowledged is no packet of ours").isZero();
    assertThat(lost).isEmpty();
    assertThat(detector.nothingAcknowledged()).isFalse();
  }

  @Test
  void anAcknowledgementThatIsRepeatedChangesNothing() {
    sendAll(0, 9, 0);
    ack(10, new Range(0, 4));
    long window = congestion.getWindowSize();
    ack(20, new Range(0, 4));
    assertThat(acknowledged).isEmpty();
    assertThat(lost).isEmpty();
    assertThat(congestion.getWindowSize()).isEqualTo(window);
    assertThat(congestion.getBytesInFlight()).isEqualTo(5 * SIZE);
    assertThat(rtt.latestNanos()).isEqualTo(10 * MILLI);
  }

  // RFC 9002 §6.1: an acknowledgement may come after the packet was declared lost
  @Test
  void theLateAcknowledgementOfALostPacketIsNotCountedTwice() {
    sendAll(0, 4, 0);
    ack(10, new Range(3, 4));
    assertThat(numbers(lost)).containsExactly(0L, 1L);
    long window = congestion.getWindowSize();
    ack(11, new Range(0, 4));
    assertThat(numbers(acknowledged)).containsExactly(2L);
    assertThat(congestion.getBytesInFlight()).isZero();
    assertThat(congestion.getWindowSize()).isEqualTo(window);
    assertThat(detector.lostCount()).isEqualTo(2);
  }

  // RFC 9002 §5.1: a sample needs the largest acknowledged to be news, and something ack-eliciting
  @Test
  void thereIsASampleOnlyIfTheLargestIsNewAndSomethingIsAckEliciting() {
    send(0, 0, new Padding(10));
    ack(5, only(0));
    assertThat(numbers(acknowledged)).containsExactly(0L);
    assertThat(rtt.latestNanos()).as("nothing ack-eliciting").isZero();
    sendAll(1, 3, 10);
    ack(15, only(3));
    assertThat(rtt.latestNanos()).isEqualTo(5 * MILLI);
    ack(30, new Range(2, 3));
    assertThat(numbers(acknowledged)).containsExactly(2L);
    assertThat(rtt.latestNanos()).as("the largest is old news").isEqualTo(5 * MILLI);
  }

  @Test
  void aLaterAcknowledgementOfSmallerNumbersDoesNotTurnTheClockBack() {
    sampleOf8Millis();
    sendAll(1, 10, 10);
    ack(18, only(6));
    assertThat(numbers(lost)).containsExactly(1L, 2L, 3L);
    ack(18, only(4));
    assertThat(numbers(acknowledged)).containsExactly(4L);
    assertThat(lost).isEmpty();
    assertThat(lostBy(19 * MILLI)).containsExactly(5L);
  }

  // RFC 9002 §7.6.1: (smoothed_rtt + max(4*rttvar, kGranularity) + max_ack_delay) * 3 is 135 ms
  // here: smoothed_rtt is 8 ms, rttvar after the second sample 3 ms, and max_ack_delay 25 ms
  private void lossesOver(long millis) {
    sampleOf8Millis();
    send(1, 20);
    send(2, 20 + millis / 2);
    send(3, 20 + millis);
    sendAll(4, 6, 20 + millis + 10);
    ack(20 + millis + 18, only(6));
    assertThat(numbers(lost)).contains(1L, 2L, 3L);
  }

  // RFC 9002 §7.6.2: the window becomes the minimum
  @Test
  void lossesOverMoreThanThreeProbeTimeoutsArePersistentCongestion() {
    lossesOver(136);
    assertThat(congestion.getWindowSize()).isEqualTo(2 * SIZE);
  }

  @Test
  void lossesOverLessAreNoPersistentCongestion() {
    lossesOver(134);
    assertThat(congestion.getWindowSize()).isGreaterThan(INITIAL_WINDOW / 2);
  }

  // RFC 9002 §7.6.2: none of the packets sent between the two is acknowledged
  @Test
  void aPacketThatGotThroughBetweenTheLossesEndsThePeriod() {
    sampleOf8Millis();
    send(1, 20);
    send(2, 100);
    send(3, 200);
    sendAll(4, 6, 210);
    ack(218, only(6), only(2));
    assertThat(numbers(lost)).containsExactly(1L, 3L);
    assertThat(congestion.getWindowSize()).isGreaterThan(INITIAL_WINDOW / 2);
  }

  // RFC 9002 §7.6.2: the two packets MUST be ack-eliciting
  @Test
  void packetsThatAreNotAckElicitingMakeNoPersistentCongestion() {
    sampleOf8Millis();
    send(1, 20, new Padding(10));
    send(2, 300, new Padding(10));
    sendAll(3, 6, 310);
    ack(318, only(6));
    assertThat(numbers(lost)).contains(1L, 2L);
    assertThat(congestion.getWindowSize()).isGreaterThan(INITIAL_WINDOW / 2);
  }

  // RFC 9002 §7.6.2: the period does not start until there is a sample; the handshake lost packets
  @Test
  void lossesBeforeTheFirstSampleAreNoPersistentCongestion() {
    send(0, 0);
    send(1, 1_000);
    send(2, 3_000);
    send(3, 3_000);
    ack(3_010, only(3));
    assertThat(numbers(lost)).containsExactly(0L, 1L);
    assertThat(rtt.smoothedNanos()).isEqualTo(10 * MILLI);
    assertThat(congestion.getWindowSize()).isGreaterThan(INITIAL_WINDOW / 2);
  }

  // RFC 9002 §6.3: Retry resets loss recovery
  @Test
  void afterAResetNothingIsInFlightAndOldNumbersMeanNothing() {
    sendAll(0, 4, 0);
    ack(10, only(2));
    assertThat(detector.lossTime()).isNotEqualTo(LossDetector.NEVER);
    detector.reset();
    assertThat(congestion.getBytesInFlight()).isZero();
    assertThat(detector.lossTime()).isEqualTo(LossDetector.NEVER);
    assertThat(detector.ackElicitingInFlight()).isFalse();
    assertThat(detector.nothingAcknowledged()).isTrue();
    ack(20, new Range(0, 4));
    assertThat(acknowledged).isEmpty();
    send(5, 30);
    ack(40, only(5));
    assertThat(numbers(acknowledged)).containsExactly(5L);
    assertThat(congestion.getBytesInFlight()).isZero();
  }

  // RFC 9002 §6.4: packets of discarded keys leave the bytes in flight
  @Test
  void aSpaceWhoseKeysAreDiscardedCountsNoMore() {
    sendAll(0, 4, 0);
    detector.close();
    assertThat(congestion.getBytesInFlight()).isZero();
    assertThat(detector.ackElicitingInFlight()).isFalse();
    send(5, 10);
    assertThat(congestion.getBytesInFlight()).isZero();
    ack(20, new Range(0, 5));
    assertThat(acknowledged).isEmpty();
    assertThat(lostBy(1_000 * MILLI)).isEmpty();
    assertThat(congestion.getWindowSize()).isEqualTo(INITIAL_WINDOW);
  }

  @Test
  void theOldestPacketWithSomethingToRepeatIsFoundBehindThoseWithout() {
    send(0, 0, new PingFrame());
    send(1, 0, new Padding(5));
    assertThat(detector.oldestWorthRepeating()).isNull();
    send(2, 0, new tech.kwik.core.frame.MaxDataFrame(5));
    send(3, 0, new tech.kwik.core.frame.MaxDataFrame(6));
    assertThat(detector.oldestWorthRepeating().number()).isEqualTo(2);
    ack(10, only(2));
    assertThat(detector.oldestWorthRepeating().number()).isEqualTo(3);
  }
}
