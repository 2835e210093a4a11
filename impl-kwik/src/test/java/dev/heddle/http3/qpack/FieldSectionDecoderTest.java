package dev.heddle.http3.qpack;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSectionDecoderTest {
  @Test
  void aSectionMayBeEmpty() throws IOException {
    assertThat(Lines.decode("0000")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // RFC 9204, Appendix B.1
        "0000 510b 2f69 6e64 6578 2e68 746d 6c | :path: /index.html",
        "0000 c1 | :path: /",
        "0000 d9 | :status: 200",
        "0000 ff00 | :status: 100",
        "0000 ff23 | x-frame-options: sameorigin",
        "0000 5f1d 00 | content-type: ''",
        "0000 5f1d 03 612f62 | content-type: a/b",
        "0000 7f45 82 25a8 | authorization: cus (never)",
        "0000 70 01 61 | :authority: a (never)",
        "0000 23 616263 01 78 | abc: x",
        "0000 33 616263 01 78 | abc: x (never)",
        "0000 2b a8eb7f 01 78 | no-: x",
        "0000 2f01 25a849e95ba97d7f 89 25a849e95bb8e8b4bf | custom-key: custom-value",
        "0000 2703 637573746f6d2d6b6579 00 | custom-key: ''",
        "0000 20 00 | : ''",
        // any Delta Base does, as nothing refers to the Base
        "0005 c1 | :path: /",
        "007f8003 c1 | :path: /"
      })
  void everyRepresentationDecodes(String section, String line) throws IOException {
    assertThat(Lines.decode(section)).containsExactly(line.replace("''", ""));
  }

  @Test
  void linesComeInTheOrderOfTheirRepresentations() throws IOException {
    // RFC 9204 §2.2
    assertThat(Lines.decode("0000 d1 d7 c1 23 616263 01 31 50 01 61 23 616263 01 32"))
        .containsExactly(
            ":method: GET", ":scheme: https", ":path: /", "abc: 1", ":authority: a", "abc: 2");
  }

  @Test
  void octetsAreLatin1AndNothingIsChecked() throws IOException {
    assertThat(Lines.decode("0000 23 41ff0d 03 000a80"))
        .containsExactly("A\u00ff\r: \u0000\n\u0080");
  }

  @Test
  void knownNamesAndValuesAreShared() throws IOException {
    List<String> seen = new ArrayList<>();
    FieldSectionDecoder decoder = new FieldSectionDecoder(1000, 10);
    for (int i = 0; i < 2; i++) {
      decoder.decode(
          hex("0000 d1 2701 7072696f72697479 00 24 64617465 00"),
          (name, value, never) -> {
            seen.add(name);
            if (!value.isEmpty()) {
              seen.add(value);
            }
          });
    }
    assertThat(seen.subList(0, 4)).containsExactly(":method", "GET", "priority", "date");
    for (int i = 0; i < 4; i++) {
      assertThat(seen.get(i)).isSameAs(seen.get(i + 4));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0100", "0381 10 11", "0500 80 c1 81", "ff0000", "0200 c1"})
  void aRequiredInsertCountIsAnErrorWithoutADynamicTable(String section) {
    // RFC 9204 §4.5.1.1
    assertFails(section);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0080", "0081 c1", "00ff00"})
  void aNegativeBaseIsAnError(String section) {
    // RFC 9204 §4.5.1.2
    assertFails(section);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000 80", // indexed
        "0000 bf20",
        "0000 10", // indexed, post-Base
        "0000 40 00", // name reference
        "0000 60 00",
        "0000 00 00", // name reference, post-Base
        "0000 08 00",
        "0005 80", // even with a Base
      })
  void aReferenceToTheDynamicTableIsAnError(String section) {
    // RFC 9204 §2.2.3
    assertFails(section);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000 ff24", // 99
        "0000 ff8001",
        "0000 fff0ffffffffffffff3f",
        "0000 5f54 00", // 99 as a name
        "0000 7f54 00",
      })
  void anIndexBehindTheStaticTableIsAnError(String section) {
    // RFC 9204 §3.1
    assertFails(section);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff80808080808080808000 00 c1",
        "00 7fffffffffffffffffff01 c1",
        "0000 ffffffffffffffffffff7f",
        "0000 51 7fffffffffffffffffff01",
        "0000 27ffffffffffffffffff01",
      })
  void anIntegerOver62BitsIsAnError(String section) {
    // RFC 9204 §7.4
    assertFails(section);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0000 51 0b 2f",
        "0000 5f1d",
        "0000 51 ff",
        "0000 24 616263",
        "0000 51 81 00", // Huffman padding
        "0000 51 84 ffffffff", // EOS
      })
  void aSectionThatCannotBeReadIsAnError(String section) {
    assertFails(section);
  }

  @Test
  void everyCutIsAnErrorOrFewerLines() throws IOException {
    byte[] whole =
        hex(
            "0000 d1 ff23 510b2f696e6465782e68746d6c 33 616263 01 78"
                + " 2f01 25a849e95ba97d7f 89 25a849e95bb8e8b4bf");
    List<String> all = Lines.decode(hex(whole));
    assertThat(all).hasSize(5);
    int decoded = 0;
    for (int cut = 0; cut < whole.length; cut++) {
      byte[] bytes = Arrays.copyOf(whole, cut);
      try {
        List<String> lines = Lines.decode(hex(bytes));
        assertThat(lines).isEqualTo(all.subList(0, lines.size())).hasSizeLessThan(all.size());
        decoded++;
      } catch (ProtocolException e) {
        assertThat(e.error()).isEqualTo(H3Error.QPACK_DECOMPRESSION_FAILED);
      }
    }
    assertThat(decoded).isEqualTo(5); // before each line
  }

  @Test
  void whatTheSinkThrowsEndsTheDecoding() {
    ProtocolException refusal = ProtocolException.stream(H3Error.H3_MESSAGE_ERROR, "refused");
    assertThatThrownBy(() ->
            new FieldSectionDecoder(1000, 10)
                .decode(
                    hex("0000 c1 80"),
                    (name, value, never) -> {
                      throw refusal;
                    }))
        .isSameAs(refusal);
  }

  private static void assertFails(String section) {
    assertConnectionError(H3Error.QPACK_DECOMPRESSION_FAILED, () -> Lines.decode(section));
  }
}
