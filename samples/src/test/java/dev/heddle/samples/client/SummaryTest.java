package dev.heddle.samples.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void percentilesAreTimesThatWereMeasured() {
    long[] downwards = LongStream.rangeClosed(1, 200).map(i -> 201 - i).toArray();
    Summary summary = Summary.of(200, 0, 1_000_000_000, downwards);
    assertThat(summary.percentile(50)).isEqualTo(100);
    assertThat(summary.percentile(99)).isEqualTo(198);
    assertThat(Summary.of(1, 0, 1, new long[] {7}).percentile(99)).isEqualTo(7);
  }

  @Test
  void everyFigureIsThere() {
    Summary summary = Summary.of(4, 1, 2_000_000_000, new long[] {1_000_000, 2_500_000, 3_000_000});
    assertThat(summary.text())
        .isEqualTo(
            """
            requests         4
            errors           1
            per second       2.0
            median           2.500 ms
            99th percentile  3.000 ms
            """);
  }

  @Test
  void withoutAnyAnswerThereAreStillFigures() {
    assertThat(Summary.of(3, 3, 1_000, new long[0]).text()).contains("errors           3");
  }
}
