package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DatagramValuesTest {
  private interface Setter {
    DatagramLimits.Builder set(DatagramLimits.Builder builder, int value);
  }

  private static Arguments row(
      String name,
      Setter set,
      Function<DatagramLimits, Integer> value,
      int least,
      int most,
      int byDefault) {
    return Arguments.of(name, set, value, least, most, byDefault);
  }

  static Stream<Arguments> numbers() {
    return Stream.of(
        row("queue", DatagramLimits.Builder::queue, DatagramLimits::queue, 1, 65_536, 256),
        row(
            "sendQueue",
            DatagramLimits.Builder::sendQueue,
            DatagramLimits::sendQueue,
            1,
            65_536,
            1_024),
        row(
            "maxContexts",
            DatagramLimits.Builder::maxContexts,
            DatagramLimits::maxContexts,
            1,
            65_536,
            128),
        row(
            "earlyDatagrams",
            DatagramLimits.Builder::earlyDatagrams,
            DatagramLimits::earlyDatagrams,
            0,
            65_536,
            8),
        row(
            "earlyBytes",
            DatagramLimits.Builder::earlyBytes,
            DatagramLimits::earlyBytes,
            0,
            16_777_216,
            65_536),
        row(
            "maxCapsuleBytes",
            DatagramLimits.Builder::maxCapsuleBytes,
            DatagramLimits::maxCapsuleBytes,
            1_024,
            16_777_216,
            65_536));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("numbers")
  void limitsHaveDefaultsAndRanges(
      String name,
      Setter set,
      Function<DatagramLimits, Integer> value,
      int least,
      int most,
      int byDefault) {
    assertThat(value.apply(DatagramLimits.defaults())).isEqualTo(byDefault);
    for (int good : new int[] {least, most}) {
      assertThat(value.apply(set.set(DatagramLimits.builder(), good).build())).isEqualTo(good);
    }
    for (int bad : new int[] {least - 1, most + 1}) {
      assertThatThrownBy(() -> set.set(DatagramLimits.builder(), bad).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void theEarlyTimeHasARangeToo() {
    assertThat(DatagramLimits.defaults().earlyTime()).isEqualTo(Duration.ofSeconds(1));
    for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofSeconds(61)}) {
      assertThatThrownBy(() -> DatagramLimits.builder().earlyTime(bad).build())
          .hasMessageContaining("earlyTime");
    }
    assertThat(Limits.defaults().datagrams()).isEqualTo(DatagramLimits.defaults());
  }

  @Test
  void formatsAreEqualByTheirContentsAndCannotBeChanged() {
    byte[] data = {1, 2};
    DatagramFormat format = new DatagramFormat(7, data);
    data[0] = 9;
    format.data()[1] = 9;
    assertThat(format).isEqualTo(new DatagramFormat(7, new byte[] {1, 2}));
    assertThat(format).hasSameHashCodeAs(new DatagramFormat(7, new byte[] {1, 2}));
    assertThat(format).isNotEqualTo(DatagramFormat.DEFAULT);
    assertThat(format).hasToString("DatagramFormat[type=7, data=0102]");
    assertThatThrownBy(() -> new DatagramFormat(-1, data))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DatagramFormat(1L << 62, data))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // draft-04, Context Close Codes
  @Test
  void closeCodesKeepNumbersThatNobodyKnows() {
    assertThat(DatagramCloseCode.NO_ERROR).hasToString("NO_ERROR (0xff78a0)");
    assertThat(DatagramCloseCode.UNKNOWN_FORMAT).hasToString("UNKNOWN_FORMAT (0xff78a1)");
    assertThat(DatagramCloseCode.DENIED).hasToString("DENIED (0xff78a2)");
    assertThat(DatagramCloseCode.RESOURCE_LIMIT).hasToString("RESOURCE_LIMIT (0xff78a3)");
    assertThat(new DatagramCloseCode(19)).hasToString("0x13");
    assertThat(new DatagramCloseCode((1L << 62) - 1)).hasToString("0x3fffffffffffffff");
    assertThatThrownBy(() -> new DatagramCloseCode(1L << 62))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLibrarysCapsulesAreNotTheApplications() {
    for (long type : new long[] {-1, 0, 0xff37a1, 0xff37a2, 0xff37a3, 1L << 62}) {
      assertThatThrownBy(() -> new Capsule(type, new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new Capsule(0xff37a0, new byte[0]).type()).isEqualTo(0xff37a0);
    assertThat(new Capsule(0xff37a4, new byte[0]).type()).isEqualTo(0xff37a4);
  }

  @Test
  void statisticsAreASnapshot() {
    Map<DatagramDropReason, Long> dropped = new EnumMap<>(DatagramDropReason.class);
    dropped.put(DatagramDropReason.QUEUE_FULL, 3L);
    DatagramStats stats = new DatagramStats(10, 7, 5, dropped);
    dropped.clear();
    assertThat(stats.dropped(DatagramDropReason.QUEUE_FULL)).isEqualTo(3);
    assertThat(stats.dropped(DatagramDropReason.MALFORMED)).isZero();
  }

  @Test
  void optionsSayWhatIsOnByDefault() {
    DatagramOptions options = DatagramOptions.defaults();
    assertThat(options).isEqualTo(new DatagramOptions(true, CapsulePolicy.NEVER, false));
    assertThat(options.off().enabled()).isFalse();
    assertThat(options.withCapsules(CapsulePolicy.ALWAYS).capsules())
        .isEqualTo(CapsulePolicy.ALWAYS);
    assertThat(options.registeringNoContext().registersNoContext()).isTrue();
  }

  @Test
  void exceptionsSayWhoAndWhat() {
    assertThat(new DatagramContextClosedException(DatagramCloseCode.DENIED, "no", true))
        .hasMessage("the peer closed the datagram context: DENIED (0xff78a2), no");
    assertThat(new DatagramTooLargeException(5, 4)).hasMessageContainingAll("5 bytes", "4");
    assertThat(new ErrorCode(0x33)).hasToString("H3_DATAGRAM_ERROR (0x33)");
  }
}
