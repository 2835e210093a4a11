package dev.heddle.http3.qpack;

import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.HeaderField;
import dev.heddle.http3.wire.ByteBuilder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSectionEncoderTest {
  @Test
  void noFieldsAreJustThePrefix() {
    // RFC 9204 §3.2.3, RFC 9204 §4.5.1
    assertThat(encode()).isEqualTo("0000");
  }

  @ParameterizedTest
  @CsvSource({
    ":method, GET, d1",
    ":scheme, https, d7",
    ":path, /, c1",
    ":status, 200, d9",
    ":status, 500, ff08",
    "content-type, application/json, ee",
    "x-frame-options, sameorigin, ff23",
    "accept, */*, dd",
    ":authority, '', c0",
    // a name of the table with another value
    ":path, /index.html, 518860d5485f2bce9a68",
    ":path, ~, 51017e",
    "content-length, 32, 54023332",
    "cache-control, '', 5f1500",
    // other names
    "abc, '', 2a1c64 00",
    "x-y, {}, 23782d79 027b7d",
  })
  void fieldsTakeTheirShortestForm(String name, String value, String line) throws IOException {
    String encoded = encode(new HeaderField(name, value));
    assertThat(encoded).isEqualTo("0000" + line.replace(" ", ""));
    assertThat(Lines.decode(encoded)).containsExactly(name + ": " + value);
  }

  @Test
  void aFieldThatIsSentAgainHasTheSameLine() throws IOException {
    HeaderField open = new HeaderField("x-again", "42");
    HeaderField secret = new HeaderField("x-again", "42", true);
    String first = encode(open);
    String firstSecret = encode(secret);
    assertThat(first).isNotEqualTo(firstSecret);
    for (int i = 0; i < 4; i++) {
      assertThat(encode(open)).isEqualTo(first);
      assertThat(encode(secret)).isEqualTo(firstSecret);
      assertThat(encode(new HeaderField("x-again", "43"))).isNotEqualTo(first);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "authorization, x, true, 7f45",
    "authorization, x, false, 7f45",
    "proxy-authorization, x, false, 3f",
    "cookie, a=b, false, 75",
    "cookie, a=b, true, 75",
    "cookie, a=aaaaaaaaaaaaaaaaaaaaaaa, true, 75",
    "x-token, x, true, 3e",
    // in the static table, yet a literal
    ":path, /, true, 71",
    "content-type, application/json, true, 7f1f",
  })
  void sensitiveFieldsAreLiteralsNeverToBeIndexed(
      String name, String value, boolean sensitive, String begin) throws IOException {
    // RFC 9204 §4.5.4
    String encoded = encode(new HeaderField(name, value, sensitive));
    assertThat(encoded).startsWith("0000" + begin);
    assertThat(Lines.decode(encoded)).containsExactly(name + ": " + value + " (never)");
  }

  @ParameterizedTest
  @CsvSource({"cookie, a=aaaaaaaaaaaaaaaaaaaaaaa, 55", "x-token, x, 2e"})
  void otherFieldsMayBeIndexedByTheNextHop(String name, String value, String begin)
      throws IOException {
    String encoded = encode(new HeaderField(name, value));
    assertThat(encoded).startsWith("0000" + begin);
    assertThat(Lines.decode(encoded)).containsExactly(name + ": " + value);
  }

  @Test
  void fieldsKeepTheirOrder() throws IOException {
    // RFC 9204 §2.1
    String encoded =
        encode(
            new HeaderField("b", "1"),
            new HeaderField(":path", "/"),
            new HeaderField("a", "2"),
            new HeaderField("b", "3"),
            new HeaderField("b", "1"));
    assertThat(Lines.decode(encoded)).containsExactly("b: 1", ":path: /", "a: 2", "b: 3", "b: 1");
  }

  @Test
  void sectionsAreAppendedToWhatIsThere() {
    ByteBuilder out = new ByteBuilder(1);
    out.writeByte(0xaa);
    FieldSectionEncoder.encode(List.of(new HeaderField(":path", "/")), out);
    assertThat(hex(out)).isEqualTo("aa0000c1");
  }

  @Test
  void theSizeOfASectionCountsNamesValuesAndAnOverhead() {
    // RFC 9114 §4.2.2
    assertThat(FieldSectionEncoder.size(List.of())).isZero();
    assertThat(
            FieldSectionEncoder.size(
                List.of(new HeaderField(":method", "GET"), new HeaderField("a", ""))))
        .isEqualTo(42 + 33);
  }

  private static String encode(HeaderField... fields) {
    ByteBuilder out = new ByteBuilder();
    FieldSectionEncoder.encode(List.of(fields), out);
    return hex(out);
  }
}
