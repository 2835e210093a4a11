package dev.heddle.http3.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodesTest {
  @ParameterizedTest
  @CsvSource({
    "H3_DATAGRAM_ERROR, 0x33",
    "H3_NO_ERROR, 0x0100",
    "H3_GENERAL_PROTOCOL_ERROR, 0x0101",
    "H3_INTERNAL_ERROR, 0x0102",
    "H3_STREAM_CREATION_ERROR, 0x0103",
    "H3_CLOSED_CRITICAL_STREAM, 0x0104",
    "H3_FRAME_UNEXPECTED, 0x0105",
    "H3_FRAME_ERROR, 0x0106",
    "H3_EXCESSIVE_LOAD, 0x0107",
    "H3_ID_ERROR, 0x0108",
    "H3_SETTINGS_ERROR, 0x0109",
    "H3_MISSING_SETTINGS, 0x010a",
    "H3_REQUEST_REJECTED, 0x010b",
    "H3_REQUEST_CANCELLED, 0x010c",
    "H3_REQUEST_INCOMPLETE, 0x010d",
    "H3_MESSAGE_ERROR, 0x010e",
    "H3_CONNECT_ERROR, 0x010f",
    "H3_VERSION_FALLBACK, 0x0110",
    "QPACK_DECOMPRESSION_FAILED, 0x0200",
    "QPACK_ENCODER_STREAM_ERROR, 0x0201",
    "QPACK_DECODER_STREAM_ERROR, 0x0202",
  })
  void errorsHaveTheirNumbers(H3Error error, String code) {
    assertThat(error.code()).isEqualTo(Long.decode(code));
  }

  @Test
  void frameTypesAreFoundByNumber() {
    for (FrameType type : FrameType.values()) {
      boolean numbered = type.code() >= 0;
      assertThat(FrameType.of(numbered ? type.code() : 0x0e))
          .isEqualTo(numbered ? type : FrameType.UNKNOWN);
    }
    assertThat(FrameType.of(0x1_0000_0000L)).isEqualTo(FrameType.UNKNOWN);
    assertThat(FrameType.of(VarInt.MAX)).isEqualTo(FrameType.UNKNOWN);
  }

  @Test
  void streamTypesAreFoundByNumber() {
    for (UniStreamType type : UniStreamType.values()) {
      boolean numbered = type.code() >= 0;
      assertThat(UniStreamType.of(numbered ? type.code() : 0x54))
          .isEqualTo(numbered ? type : UniStreamType.UNKNOWN);
    }
    assertThat(UniStreamType.of(0x1_0000_0000L)).isEqualTo(UniStreamType.UNKNOWN);
    assertThat(UniStreamType.of(VarInt.MAX)).isEqualTo(UniStreamType.UNKNOWN);
  }

  @Test
  void reservedNumbersAreThoseOfTheFormula() {
    assertThat(Grease.of(0)).isEqualTo(0x21);
    assertThat(Grease.of(1)).isEqualTo(0x40);
    assertThat(Grease.of(Grease.MAX_N)).isEqualTo(0x3fff_ffff_ffff_fffeL);
    assertThat(Grease.is(0x21)).isTrue();
    assertThat(Grease.is(0x40)).isTrue();
    assertThat(Grease.is(0x3fff_ffff_ffff_fffeL)).isTrue();
    assertThat(Grease.is(0x02)).isFalse();
    assertThat(Grease.is(0x22)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> Grease.of(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Grease.of(Grease.MAX_N + 1));
  }

  @Test
  void violationsSayWhatEndsAndWhyWithoutAStackTrace() {
    ProtocolException violation = ProtocolException.stream(H3Error.H3_MESSAGE_ERROR, "no :path");
    assertThat(violation).hasToString("H3_MESSAGE_ERROR (STREAM): no :path");
    assertThat(violation.getStackTrace()).isEmpty();
    assertThat(violation.scope()).isEqualTo(ProtocolException.Scope.STREAM);
  }
}
