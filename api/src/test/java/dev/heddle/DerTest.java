package dev.heddle;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerTest {
  @ParameterizedTest
  @CsvSource({
    "0,     04 00",
    "1,     04 01",
    "127,   04 7f",
    "128,   04 81 80",
    "255,   04 81 ff",
    "256,   04 82 01 00",
    "65535, 04 82 ff ff",
    "65536, 04 83 01 00 00",
  })
  void aLengthTakesAsFewOctetsAsItCan(int length, String header) {
    byte[] encoded = Der.octets(new byte[length]);
    assertThat(hex(encoded)).startsWith(header.replace(" ", ""));
    assertThat(encoded).hasSize(header.replace(" ", "").length() / 2 + length);
  }

  @ParameterizedTest
  @CsvSource({"0, 020100", "127, 02017f", "128, 02020080", "256, 02020100", "65537, 0203010001"})
  void anIntegerHasNoNeedlessOctets(long value, String encoded) {
    assertThat(hex(Der.integer(value))).isEqualTo(encoded);
    assertThat(Der.integer(BigInteger.valueOf(value))).isEqualTo(Der.integer(value));
  }

  @Test
  void objectIdentifiersAreInBase128() {
    assertThat(hex(Der.oid(1, 2, 840, 113549, 1, 1, 1))).isEqualTo("06092a864886f70d010101");
    assertThat(hex(Der.oid(2, 5, 29, 17))).isEqualTo("0603551d11");
  }

  @Test
  void otherValuesAreAsX690HasThem() {
    assertThat(hex(Der.truth())).isEqualTo("0101ff");
    assertThat(hex(Der.text("é"))).isEqualTo("0c02c3a9");
    assertThat(hex(Der.bits(new byte[] {5}))).isEqualTo("03020005");
    assertThat(hex(Der.sequence(Der.NULL, Der.set()))).isEqualTo("300405003100");
    assertThat(Der.time(Instant.parse("2061-02-03T04:05:06Z")))
        .isEqualTo(Der.tagged(0x18, "20610203040506Z".getBytes()));
  }

  @Test
  void anElementIsFoundByItsTag() {
    byte[] sequence =
        Der.sequence(Der.integer(1), Der.octets(new byte[300]), Der.tagged(0xa0, Der.integer(7)));
    assertThat(Der.firstTagged(sequence, 0xa0))
        .hasValueSatisfying(v -> assertThat(v).isEqualTo(Der.integer(7)));
    assertThat(Der.firstTagged(sequence, 4)).hasValueSatisfying(v -> assertThat(v).hasSize(300));
    assertThat(Der.firstTagged(sequence, 0xa1)).isEmpty();
  }

  @Test
  void whatIsCutAnywhereYieldsNothingAndNoFailure() {
    byte[] sequence = Der.sequence(Der.octets(new byte[200]), Der.tagged(0xa0, Der.integer(7)));
    for (int length = 0; length < sequence.length; length++) {
      assertThat(Der.firstTagged(Arrays.copyOf(sequence, length), 0xa0)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3080", "30847fffffff", "3083ffffff", "3006048480000000"})
  void aLengthThatCannotBeIsNotFollowed(String hex) {
    assertThat(Der.firstTagged(HexFormat.of().parseHex(hex), 0xa0)).isEmpty();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
