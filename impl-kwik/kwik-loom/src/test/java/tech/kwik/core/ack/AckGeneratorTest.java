// checkstyle allow FileLength: the sentences of one section
package tech.kwik.core.ack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.Range;
import tech.kwik.core.log.NullLogger;

/** RFC 9000 section 13.2: when to acknowledge, and what. */
class AckGeneratorTest {

  private static final long MILLI = 1_000_000;
  private static final long MAX_DELAY = AckGenerator.MAX_ACK_DELAY_MILLIS * MILLI;

  private final AckGenerator generator = new AckGenerator(PnSpace.App);

  private void received(long... numbers) {
    for (long number : numbers) {
      generator.received(number, true, 0);
    }
  }

  private List<Range> taken() {
    return generator.take(0).getAcknowledgedRanges();
  }

  private static Range range(long from, long to) {
    return new Range(from, to);
  }

  /** Everything up to there has been acknowledged, and the peer has sent nothing else. */
  private void settled(long upTo) {
    for (long number = 0; number <= upTo; number++) {
      generator.received(number, true, 0);
    }
    generator.take(0);
  }

  // RFC 9000 §13.2.1: within max_ack_delay, which is announced as 25 ms by default
  @Test
  void aSinglePacketIsAcknowledgedAfterADelay() {
    assertThat(generator.due(0)).isEqualTo(AckGenerator.NEVER);
    generator.received(0, true, 5 * MILLI);
    assertThat(generator.due(6 * MILLI)).isEqualTo(5 * MILLI + MAX_DELAY);
    assertThat(AckGenerator.MAX_ACK_DELAY_MILLIS).isLessThan(25);
    assertThat(generator.hasNew()).isTrue();
  }

  // RFC 9000 §13.2.2: an acknowledgement after two ack-eliciting packets
  @Test
  void theSecondPacketIsAcknowledgedAtOnce() {
    received(0, 1);
    assertThat(generator.due(7)).isEqualTo(7);
    assertThat(taken()).containsExactly(range(0, 1));
    assertThat(generator.due(7)).isEqualTo(AckGenerator.NEVER);
    assertThat(generator.hasNew()).isFalse();
  }

  // RFC 9000 §13.2.1: Initial and Handshake packets immediately
  @ParameterizedTest
  @EnumSource(names = {"Initial", "Handshake"})
  void packetsOfTheHandshakeAreAcknowledgedAtOnce(PnSpace space) {
    AckGenerator atOnce = new AckGenerator(space);
    atOnce.received(0, true, 0);
    assertThat(atOnce.due(3)).isEqualTo(3);
    assertThat(hex(atOnce.take(1_000_000))).as("the delay is not reported").isEqualTo("0200000000");
  }

  // RFC 9000 §13.2.1: at once if the number is not the next one
  @Test
  void aPacketThatLeavesAGapIsAcknowledgedAtOnce() {
    settled(3);
    received(5);
    assertThat(generator.due(3)).isEqualTo(3);
    assertThat(taken()).containsExactly(range(5, 5), range(0, 3));
  }

  @Test
  void aPacketThatComesLateIsAcknowledgedAtOnce() {
    settled(3);
    received(5);
    generator.take(0);
    received(4);
    assertThat(generator.due(3)).isEqualTo(3);
    assertThat(taken()).containsExactly(range(0, 5));
  }

  @Test
  void thePacketAfterAGapThatWasAcknowledgedWaitsLikeAnyOther() {
    settled(3);
    received(5);
    generator.take(0);
    received(6);
    assertThat(generator.due(3)).isEqualTo(MAX_DELAY);
  }

  // RFC 9000 §13.2.1: packets that are not ack-eliciting are acknowledged with others only
  @Test
  void packetsThatAskForNothingAreNotAcknowledgedByThemselves() {
    for (int i = 0; i < 10; i++) {
      generator.received(2L * i, false, 0);
    }
    assertThat(generator.due(0)).isEqualTo(AckGenerator.NEVER);
    assertThat(generator.hasNew()).isFalse();
    generator.received(19, true, 0);
    assertThat(taken().getFirst()).isEqualTo(range(18, 19));
    assertThat(generator.ranges()).isEqualTo(10);
  }

  @Test
  void aDuplicateChangesNothingButIsAnsweredAtOnce() {
    settled(3);
    received(2);
    assertThat(generator.due(3)).isEqualTo(3);
    assertThat(taken()).containsExactly(range(0, 3));
  }

  @Test
  void theDelayIsThatOfTheLargestPacket() {
    generator.received(0, true, 0);
    generator.received(1, true, 4 * MILLI);
    assertThat(hex(generator.take(12 * MILLI))).isEqualTo("0201" + "43e8" + "0001"); // 8,000 us / 8
  }

  /** Against a set of numbers, in any order, with duplicates. */
  @Test
  void whateverComesInWhateverOrderTheRangesAreThoseOfTheSet() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      AckGenerator any = new AckGenerator(PnSpace.App);
      TreeSet<Long> expected = new TreeSet<>();
      for (int i = 0; i < 150; i++) {
        long number = random.nextInt(120);
        any.received(number, true, 0);
        expected.add(number);
        TreeSet<Long> actual = new TreeSet<>();
        Range before = null;
        for (Range range : any.take(0).getAcknowledgedRanges()) {
          if (before != null) {
            assertThat(range.getLargest()).isLessThan(before.getSmallest() - 1);
          }
          before = range;
          for (long n = range.getSmallest(); n <= range.getLargest(); n++) {
            actual.add(n);
          }
        }
        assertThat(actual).isEqualTo(expected);
      }
    }
  }

  // RFC 9000 §13.2.3: a receiver limits the number of ranges, and keeps the largest numbers
  @Test
  void aFloodOfGapsCostsSixtyFourRanges() {
    for (long number = 0; number < 200_000; number += 2) {
      generator.received(number, true, 0);
    }
    assertThat(generator.ranges()).isEqualTo(AckGenerator.MAX_RANGES).isEqualTo(64);
    List<Range> ranges = taken();
    for (int i = 0; i < 64; i++) {
      assertThat(ranges.get(i)).isEqualTo(range(199_998 - 2L * i, 199_998 - 2L * i));
    }
    received(1, 3, 5); // too old to be remembered, and no reason to forget others
    assertThat(taken()).isEqualTo(ranges);
    received(199_997 - 2);
    assertThat(generator.ranges()).as("two ranges became one").isEqualTo(63);
  }

  @Test
  void aFloodFromAboveCostsSixtyFourRangesToo() {
    for (long number = 200_000; number > 0; number -= 2) {
      generator.received(number, true, 0);
    }
    assertThat(generator.ranges()).isEqualTo(64);
    assertThat(taken().getFirst()).isEqualTo(range(200_000, 200_000));
  }

  // RFC 9000 §13.2.4: what the peer knows to be acknowledged is not acknowledged again
  @Test
  void anAcknowledgementOfAnAcknowledgementTrims() {
    received(0, 1, 2, 5, 6, 9);
    OutgoingAck first = generator.take(0);
    received(10, 11, 13);
    first.acknowledged();
    assertThat(taken()).containsExactly(range(13, 13), range(10, 11));
    received(14);
    assertThat(taken()).containsExactly(range(13, 14), range(10, 11));
  }

  // RFC 9000 §13.2.1: every ack-eliciting packet is acknowledged at least once
  @Test
  void aLatePacketIsAcknowledgedThoughThePeerKnowsOfLargerOnes() {
    received(0, 1, 2, 4, 5);
    OutgoingAck withoutThree = generator.take(0);
    received(3);
    withoutThree.acknowledged();
    assertThat(generator.due(3)).isEqualTo(3);
    assertThat(taken().getLast().getLargest()).isGreaterThanOrEqualTo(3);
    assertThat(generator.due(3)).isEqualTo(AckGenerator.NEVER);
  }

  // RFC 9000 §13.2.4: once in a while something ack-eliciting travels with acknowledgements alone
  @Test
  void oneOf32AcknowledgementsAloneAsksForAnAcknowledgement() {
    for (int round = 0; round < 3; round++) {
      for (int i = 1; i < 32; i++) {
        assertThat(generator.wantsPing()).isFalse();
      }
      assertThat(generator.wantsPing()).isTrue();
    }
  }

  @Test
  void anAcknowledgementFromThePeerStartsThatCountAgain() {
    settled(1);
    OutgoingAck ack = generator.take(0);
    for (int i = 1; i < 32; i++) {
      generator.wantsPing();
    }
    ack.acknowledged();
    assertThat(generator.wantsPing()).isFalse();
  }

  // RFC 9001 §4.9: packets of discarded keys are not acknowledged
  @Test
  void afterTheKeysAreGoneThereIsNothingToAcknowledge() {
    received(0, 1);
    generator.discard();
    assertThat(generator.due(0)).isEqualTo(AckGenerator.NEVER);
    assertThat(generator.hasNew()).isFalse();
    assertThat(generator.take(0)).isNull();
    received(2, 3);
    assertThat(generator.due(0)).isEqualTo(AckGenerator.NEVER);
    assertThat(generator.take(0)).isNull();
  }

  @Test
  void withoutPacketsThereIsNothingToTake() {
    assertThat(generator.take(0)).isNull();
  }

  private static String hex(OutgoingAck ack) {
    ByteBuffer buffer = ByteBuffer.allocate(2_000);
    ack.serialize(buffer);
    assertThat(buffer.position())
        .as("the length that was announced")
        .isEqualTo(ack.getFrameLength());
    return HexFormat.of().formatHex(buffer.array(), 0, buffer.position());
  }

  // RFC 9000 §19.3, §19.3.1: gap is one less than the number of packets between, as are the lengths
  @Test
  void rangesAreEncodedAsTheRfcSays() {
    received(0, 1, 2, 5, 6, 10);
    assertThat(hex(generator.take(0)))
        .isEqualTo("02" + "0a" + "00" + "02" + "00" + "0201" + "0102");
  }

  @Test
  void largeNumbersAreEncodedInUpToEightBytes() {
    long first = (1L << 62) - 10;
    received(first, first + 1, first + 8);
    assertThat(hex(generator.take(0)))
        .isEqualTo("02" + "fffffffffffffffe" + "00" + "01" + "00" + "0501");
    AckGenerator other = new AckGenerator(PnSpace.App);
    other.received(63, true, 0);
    other.received(64 + 63 + 2, true, 0);
    assertThat(hex(other.take(0))).isEqualTo("02" + "4081" + "00" + "01" + "00" + "4040" + "00");
  }

  @Test
  void stockKwikReadsWhatIsWritten() throws Exception {
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      AckGenerator any = new AckGenerator(PnSpace.App);
      long base = random.nextLong(1L << (1 + random.nextInt(60)));
      for (int j = 0; j < 60; j++) {
        any.received(base + random.nextInt(300), true, 0);
      }
      OutgoingAck ack = any.take(random.nextLong(1_000 * MILLI));
      ByteBuffer buffer = ByteBuffer.allocate(2_000);
      ack.serialize(buffer);
      buffer.flip();
      AckFrame read = new AckFrame().parse(buffer, new NullLogger());
      assertThat(buffer.hasRemaining()).isFalse();
      assertThat(read.getLargestAcknowledged()).isEqualTo(ack.getLargestAcknowledged());
      assertThat(read.getAcknowledgedRanges()).isEqualTo(ack.getAcknowledgedRanges());
    }
  }

  @Test
  void rangesThatDoNotFitAreLeftOutTheSmallestFirst() {
    for (long number = 0; number < 128; number += 2) {
      generator.received(number, true, 0);
    }
    OutgoingAck ack = generator.take(0);
    int full = ack.getFrameLength();
    assertThat(full).isEqualTo(1 + 2 + 1 + 1 + 1 + 63 * 2);
    ack.fit(full);
    assertThat(ack.getAcknowledgedRanges()).hasSize(64);
    ack.fit(25);
    assertThat(ack.getFrameLength()).isLessThanOrEqualTo(25).isGreaterThan(22);
    assertThat(ack.getAcknowledgedRanges()).hasSize(10).startsWith(range(126, 126));
    assertThat(hex(ack)).startsWith("02407e0009" + "00");
    ack.fit(0);
    assertThat(ack.getAcknowledgedRanges()).containsExactly(range(126, 126));
  }
}
