package dev.heddle.http3.qpack;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuffmanTest {
  /** The strings of RFC 7541, Appendix C.4 and C.6, and the ends of the code. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "www.example.com | f1e3c2e5f23a6ba0ab90f4ff",
        "no-cache | a8eb10649cbf",
        "custom-key | 25a849e95ba97d7f",
        "custom-value | 25a849e95bb8e8b4bf",
        "302 | 6402",
        "private | aec3771a4b",
        "Mon, 21 Oct 2013 20:13:21 GMT | d07abe941054d444a8200595040b8166e082a62d1bff",
        "https://www.example.com | 9d29ad171863c78f0b97c8e9ae82ae43d3",
        "307 | 640eff",
        "Mon, 21 Oct 2013 20:13:22 GMT | d07abe941054d444a8200595040b8166e084a62d1bff",
        "gzip | 9bd9ab",
        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1 |"
            + " 94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f"
            + "9587316065c003ed4ee5b1063d5007",
        "'' | ''",
        "0 | 07",
      })
  void theVectorsOfHpackEncodeAndDecode(String text, String encoded) throws ProtocolException {
    byte[] octets = new byte[Huffman.encodedLength(text)];
    Huffman.encode(text, octets, 0);
    assertThat(hex(octets)).isEqualTo(encoded);
    assertThat(decode(hex(encoded))).isEqualTo(text);
  }

  @Test
  void everyOctetRoundTripsAloneAndBesideEveryOther() throws ProtocolException {
    for (char a = 0; a < 256; a++) {
      assertThat(roundTrip(String.valueOf(a))).isEqualTo(String.valueOf(a));
      for (char b = 0; b < 256; b++) {
        String pair = "" + a + b;
        assertThat(roundTrip(pair)).isEqualTo(pair);
      }
    }
  }

  @Test
  void longRandomStringsRoundTrip() throws ProtocolException {
    Random random = new Random(7541);
    for (int round = 0; round < 2000; round++) {
      byte[] octets = new byte[random.nextInt(300)];
      random.nextBytes(octets);
      String text = new String(octets, ISO_8859_1);
      assertThat(roundTrip(text)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fffffffc", // EOS and two zeros
        "ffffffff", // EOS and two ones
        "07fffffffe", // a character, then EOS
        "9bd9abfffffffc",
      })
  void eosInsideAStringIsAnError(String encoded) {
    // RFC 7541 §5.2
    assertFails(encoded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff", // 8 ones
        "07ff", // a character and 11 ones
        "9bd9abff", // 8 ones more than there may be
        "ffff",
        "ffffff",
        "00", // a character and zeros
        "06", // one zero among the ones
        "18", // zeros behind a character
        "fe", // the beginning of a longer code
        "f8ff", // a whole character, then 8 ones
      })
  void paddingOtherThanUpToSevenOnesIsAnError(String encoded) {
    // RFC 7541 §5.2
    assertFails(encoded);
  }

  @Test
  void everyCutOfAStringIsAnErrorOrAShorterString() {
    byte[] whole = hex("94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065");
    for (int cut = 0; cut < whole.length; cut++) {
      try {
        assertThat("foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600")
            .startsWith(decode(Arrays.copyOf(whole, cut)));
      } catch (ProtocolException e) {
        assertThat(e.error()).isEqualTo(H3Error.QPACK_DECOMPRESSION_FAILED);
      }
    }
  }

  @Test
  void decodingStopsAtTheRoomItIsGiven() throws ProtocolException {
    byte[] encoded = hex("f1e3c2e5f23a6ba0ab90f4ff");
    byte[] room = new byte[20];
    assertThat(Huffman.decode(encoded, 0, encoded.length, room, 15)).isEqualTo(15);
    Arrays.fill(room, (byte) 0);
    assertThat(Huffman.decode(encoded, 0, encoded.length, room, 14)).isEqualTo(Huffman.TOO_LONG);
    assertThat(room[14]).isZero();
    assertThat(Huffman.decode(encoded, 0, encoded.length, room, 0)).isEqualTo(Huffman.TOO_LONG);
  }

  @Test
  void theLongestResultIsEightFifthsOfItsInput() {
    assertThat(Huffman.maxDecodedLength(5)).isEqualTo(8);
    assertThat(Huffman.maxDecodedLength(1)).isEqualTo(1);
    assertThat(Huffman.maxDecodedLength(Integer.MAX_VALUE)).isPositive();
  }

  private static void assertFails(String encoded) {
    assertConnectionError(H3Error.QPACK_DECOMPRESSION_FAILED, () -> decode(hex(encoded)));
  }

  private static String roundTrip(String text) throws ProtocolException {
    byte[] encoded = new byte[Huffman.encodedLength(text)];
    Huffman.encode(text, encoded, 0);
    return decode(encoded);
  }

  private static String decode(byte[] encoded) throws ProtocolException {
    byte[] decoded = new byte[Huffman.maxDecodedLength(encoded.length)];
    int size = Huffman.decode(encoded, 0, encoded.length, decoded, decoded.length);
    return new String(decoded, 0, size, ISO_8859_1);
  }
}
