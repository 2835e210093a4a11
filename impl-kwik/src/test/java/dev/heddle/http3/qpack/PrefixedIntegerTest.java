package dev.heddle.http3.qpack;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.H3Error;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixedIntegerTest {
  @ParameterizedTest
  @CsvSource({
    "5, 10, 0a", // the examples of RFC 7541, Appendix C.1
    "5, 1337, 1f9a0a",
    "8, 42, 2a",
    "6, 0, 00",
    "6, 62, 3e",
    "6, 63, 3f00",
    "6, 190, 3f7f",
    "6, 191, 3f8001",
    "3, 4611686018427387903, 07f8ffffffffffffff3f",
    "8, 4611686018427387903, ff80feffffffffffff3f",
  })
  void integersEncodeAndDecode(int prefixBits, long value, String encoded) throws IOException {
    ByteBuilder out = new ByteBuilder();
    PrefixedInteger.write(value, prefixBits, 0, out);
    assertThat(hex(out)).isEqualTo(encoded);
    assertThat(read(encoded, prefixBits)).isEqualTo(value);
  }

  @Test
  void everyPrefixHoldsEveryValue() throws IOException {
    // RFC 9204 §4.1.1
    for (int prefixBits = 3; prefixBits <= 8; prefixBits++) {
      for (int bits = 0; bits <= 62; bits++) {
        long power = 1L << bits;
        for (long value : new long[] {power - 1, Math.min(power, (1L << 62) - 1)}) {
          ByteBuilder out = new ByteBuilder();
          PrefixedInteger.write(value, prefixBits, 0, out);
          assertThat(read(hex(out), prefixBits)).isEqualTo(value);
        }
      }
    }
  }

  @Test
  void flagsStayBesideThePrefix() throws IOException {
    ByteBuilder out = new ByteBuilder();
    PrefixedInteger.write(7, 4, 0x50, out);
    PrefixedInteger.write(15, 4, 0x70, out);
    assertThat(hex(out)).isEqualTo("57" + "7f00");
    assertThat(read("57", 4)).isEqualTo(7);
  }

  @Test
  void paddedFormsDecodeUpToTenOctets() throws IOException {
    assertThat(read("3f808080808080808000", 6)).isEqualTo(63);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3fc1ffffffffffffff3f", // 2^62
        "3fffffffffffffffff7f",
        "3fffffffffffffffffff01",
        "3f80808080808080808000", // 63, in more octets than 62 bits need
        "3f8080808080808080808080808080808080",
      })
  void integersThatAreTooLargeOrTooLongAreErrors(String encoded) {
    // RFC 9204 §7.4
    assertConnectionError(H3Error.QPACK_ENCODER_STREAM_ERROR, () -> read(encoded, 6));
  }

  @Test
  void everyCutIsTheEndOfTheStream() {
    // RFC 9204 §4.2
    byte[] whole = hex("3fc0ffffffffffffff3f");
    for (int cut = 1; cut < whole.length; cut++) {
      byte[] bytes = Arrays.copyOf(whole, cut);
      assertConnectionError(H3Error.H3_CLOSED_CRITICAL_STREAM, () -> read(hex(bytes), 6));
    }
  }

  private static long read(String encoded, int prefixBits) throws IOException {
    BufferedByteSource in = source(encoded);
    long value =
        PrefixedInteger.read(in, in.readByte(), prefixBits, H3Error.QPACK_ENCODER_STREAM_ERROR);
    assertThat(in.atEnd()).isTrue();
    return value;
  }
}
