package dev.heddle.samples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

  @Test
  void theParameterIsFoundAmongOthers() throws Exception {
    assertThat(Query.of("/bytes?a=1&n=17&m=3").number("n", 0, 100)).isEqualTo(17);
    assertThat(Query.of("/reset?code=4611686018427387903").number("code", 0, (1L << 62) - 1))
        .isEqualTo((1L << 62) - 1);
  }

  @Test
  void aMissingParameterIsSaidToBeMissing() {
    assertThatThrownBy(() -> Query.of("/bytes").number("n", 0, 100))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "+1", "101", "0x10", "1e3", "%31", "9999999999999999999", "1 ", "٣"})
  void whatIsNoDecimalNumberInTheRangeIsRefused(String value) {
    assertThatThrownBy(() -> Query.of("/bytes?n=" + value).number("n", 0, 100))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("n must be a number from 0 to 100");
  }
}
