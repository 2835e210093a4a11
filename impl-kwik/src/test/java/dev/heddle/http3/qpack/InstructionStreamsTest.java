package dev.heddle.http3.qpack;

import static dev.heddle.http3.wire.Bytes.source;
import static dev.heddle.http3.wire.Violations.assertConnectionError;

import dev.heddle.http3.wire.H3Error;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionStreamsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "20", "2020 20", "3f80", "20 3fffff"})
  void anEncoderStreamThatOnlySetsCapacityZeroLastsUntilItEnds(String bytes) {
    // RFC 9204 §4.2
    assertEncoderStream(H3Error.H3_CLOSED_CRITICAL_STREAM, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3fbd01", "21", "20 3e", "3f00", "3fe0ffffffffffffff3f"})
  void aCapacityOverTheAnnouncedOneIsAnError(String bytes) {
    // RFC 9204 §4.3.1
    assertEncoderStream(H3Error.QPACK_ENCODER_STREAM_ERROR, bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c00f7777772e6578616d706c652e636f6d", // RFC 9204, Appendix B.2
        "4a637573746f6d2d6b65790c637573746f6d2d76616c7565", // B.3
        "810d637573746f6d2d76616c756532", // B.5
        "c0",
        "40",
        "20 40",
        "5f81ffffff07", // a name of 2 GiB
        "c07f81ffffff07", // a value of 2 GiB
      })
  void anInsertionIsAnError(String bytes) {
    // RFC 9204 §3.2.2
    assertEncoderStream(H3Error.QPACK_ENCODER_STREAM_ERROR, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff24 00", "ffffffff07"})
  void anInsertionWithAnIndexBehindTheStaticTableIsAnError(String bytes) {
    // RFC 9204 §3.1
    assertEncoderStream(H3Error.QPACK_ENCODER_STREAM_ERROR, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"02", "00", "1f81ffffff07", "20 1f"})
  void aDuplicateIsAnError(String bytes) {
    // RFC 9204 §2.2.3
    assertEncoderStream(H3Error.QPACK_ENCODER_STREAM_ERROR, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3fffffffffffffffffff01", "3f80808080808080808080"})
  void aCapacityOver62BitsIsAnError(String bytes) {
    // RFC 9204 §7.4
    assertEncoderStream(H3Error.QPACK_ENCODER_STREAM_ERROR, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "48", "40 44 48", "7f8001", "7fc0ffffffffffffff3f", "48 7f80"})
  void aDecoderStreamThatOnlyCancelsStreamsLastsUntilItEnds(String bytes) {
    // RFC 9204 §4.2
    assertDecoderStream(H3Error.H3_CLOSED_CRITICAL_STREAM, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"84", "80", "48 84", "ff8001"})
  void anAcknowledgmentIsAnErrorAsNoSectionAwaitsOne(String bytes) {
    // RFC 9204 §4.4.1
    assertDecoderStream(H3Error.QPACK_DECODER_STREAM_ERROR, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "01", "3f", "3f8001", "48 01"})
  void anIncrementIsAnErrorAsNothingWasInserted(String bytes) {
    // RFC 9204 §4.4.3
    assertDecoderStream(H3Error.QPACK_DECODER_STREAM_ERROR, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7fffffffffffffffffff01", "7f80808080808080808080"})
  void aStreamIdOver62BitsIsAnError(String bytes) {
    // RFC 9204 §7.4
    assertDecoderStream(H3Error.QPACK_DECODER_STREAM_ERROR, bytes);
  }

  private static void assertEncoderStream(H3Error error, String bytes) {
    assertConnectionError(error, new EncoderStreamReader(source(bytes), () -> {})::run);
  }

  private static void assertDecoderStream(H3Error error, String bytes) {
    assertConnectionError(error, new DecoderStreamReader(source(bytes), () -> {})::run);
  }
}
