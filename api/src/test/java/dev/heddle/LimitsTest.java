package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {
  private interface Setter extends BiFunction<Limits.Builder, Integer, Limits.Builder> {}

  private static Arguments row(
      String name, Setter set, ToIntFunction<Limits> value, int least, int most, int byDefault) {
    return Arguments.of(name, set, value, least, most, byDefault);
  }

  // checkstyle allow MethodLength: a table, a row for each limit
  static Stream<Arguments> numbers() {
    return Stream.of(
        row(
            "maxFieldSectionBytes",
            Limits.Builder::maxFieldSectionBytes,
            Limits::maxFieldSectionBytes,
            1_024,
            16_777_216,
            65_536),
        row("maxFieldCount", Limits.Builder::maxFieldCount, Limits::maxFieldCount, 16, 65_536, 256),
        row(
            "maxConcurrentRequests",
            Limits.Builder::maxConcurrentRequests,
            Limits::maxConcurrentRequests,
            1,
            65_536,
            256),
        row(
            "maxHalfOpenRequests",
            Limits.Builder::maxHalfOpenRequests,
            Limits::maxHalfOpenRequests,
            1,
            65_536,
            256),
        row(
            "maxConnections",
            Limits.Builder::maxConnections,
            Limits::maxConnections,
            1,
            1_000_000,
            10_000),
        // RFC 9114 §6.2: a peer can create three unidirectional streams at least
        row(
            "maxUnidirectionalStreams",
            Limits.Builder::maxUnidirectionalStreams,
            Limits::maxUnidirectionalStreams,
            3,
            65_536,
            32),
        row(
            "maxControlFramesPerSecond",
            Limits.Builder::maxControlFramesPerSecond,
            Limits::maxControlFramesPerSecond,
            10,
            1_000_000,
            2_000),
        row(
            "maxResetsPerSecond",
            Limits.Builder::maxResetsPerSecond,
            Limits::maxResetsPerSecond,
            10,
            1_000_000,
            1_000),
        row(
            "maxSettingsBytes",
            Limits.Builder::maxSettingsBytes,
            Limits::maxSettingsBytes,
            64,
            65_536,
            4_096),
        row(
            "maxInterimResponses",
            Limits.Builder::maxInterimResponses,
            Limits::maxInterimResponses,
            1,
            1_000,
            32),
        row(
            "streamWindowBytes",
            Limits.Builder::streamWindowBytes,
            Limits::streamWindowBytes,
            16_384,
            67_108_864,
            262_144),
        row(
            "connectionWindowBytes",
            Limits.Builder::connectionWindowBytes,
            Limits::connectionWindowBytes,
            65_536,
            1_073_741_824,
            4_194_304));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void numbers(
      String name, Setter set, ToIntFunction<Limits> value, int least, int most, int byDefault) {
    assertThat(value.applyAsInt(Limits.defaults())).isEqualTo(byDefault);
    assertThat(value.applyAsInt(set.apply(Limits.builder(), least).build())).isEqualTo(least);
    assertThat(value.applyAsInt(set.apply(Limits.builder(), most).build())).isEqualTo(most);
    for (int bad : new int[] {least - 1, most + 1}) {
      assertThatThrownBy(() -> set.apply(Limits.builder(), bad).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void timesHaveRangesToo() {
    assertThat(Limits.defaults().idleTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(Limits.defaults().headerTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThatThrownBy(() -> Limits.builder().idleTimeout(Duration.ofMillis(999)).build())
        .hasMessageContaining("idleTimeout");
    assertThatThrownBy(() -> Limits.builder().headerTimeout(Duration.ofMillis(99)).build())
        .hasMessageContaining("headerTimeout");
    assertThatThrownBy(() -> Limits.builder().headerTimeout(Duration.ofMinutes(61)).build())
        .hasMessageContaining("headerTimeout");
    assertThat(Limits.builder().build()).isEqualTo(Limits.defaults());
  }
}
