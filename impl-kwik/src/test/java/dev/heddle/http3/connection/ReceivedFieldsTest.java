package dev.heddle.http3.connection;

import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionDecoder;
import dev.heddle.http3.qpack.FieldSectionEncoder;
import dev.heddle.http3.qpack.FieldSectionTooLargeException;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that come again are not decoded again, which nobody must notice. */
class ReceivedFieldsTest {
  private static final int REPEATS = 4;

  private final ReceivedFields fields = fields(1_000);

  private static ReceivedFields fields(long maxBytes) {
    return new ReceivedFields(new FieldSectionDecoder(maxBytes, 10));
  }

  private Headers parse(byte[] section) throws IOException {
    return fields.parse(section, 0, section.length);
  }

  private static byte[] encoded(List<HeaderField> fields) {
    ByteBuilder out = new ByteBuilder();
    FieldSectionEncoder.encode(fields, out);
    return out.toByteArray();
  }

  @Test
  void whatComesAgainIsTheSame() throws IOException {
    Headers sent =
        Headers.of(
            ":method",
            "POST",
            ":scheme",
            "https",
            ":authority",
            "a.example:1",
            ":path",
            "/x",
            "content-length",
            "100",
            "x-own",
            "y",
            "cookie",
            "a=b");
    for (int i = 0; i < REPEATS; i++) {
      assertThat(parse(encoded(sent.fields())).without("cookie")).isEqualTo(sent.without("cookie"));
    }
  }

  @Test
  void everyOctetOfALineCounts() throws IOException {
    Random random = new Random(1);
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      paths.add("/" + random.nextInt(100_000));
    }
    for (int i = 0; i < REPEATS; i++) {
      for (String path : paths) {
        Headers sent = Headers.of(":path", path);
        assertThat(parse(encoded(sent.fields()))).isEqualTo(sent);
      }
    }
  }

  // RFC 9204 §4.5.4: the N bit is part of the line
  @Test
  void aSensitiveLineStaysSensitive() throws IOException {
    HeaderField open = new HeaderField("user-agent", "x");
    HeaderField secret = new HeaderField("user-agent", "x", true);
    for (int i = 0; i < REPEATS; i++) {
      assertThat(parse(encoded(List.of(open))).fields()).containsExactly(open);
      assertThat(parse(encoded(List.of(secret))).fields()).containsExactly(secret);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000 51 02 2f0a", "0000 51 02 2f00", "0000 51 03 2f2020"})
  void whatIsIllegalIsRefusedEachTime(String section) {
    for (int i = 0; i < REPEATS; i++) {
      assertThatThrownBy(() -> parse(hex(section))).isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void aLineThatIsKnownCountsAsMuchAsANewOne() throws IOException {
    List<HeaderField> twice =
        List.of(new HeaderField("user-agent", "/12345"), new HeaderField("user-agent", "/12345"));
    ReceivedFields tight = fields(FieldSectionEncoder.size(twice) - 1);
    ReceivedFields enough = fields(FieldSectionEncoder.size(twice));
    byte[] section = encoded(twice);
    for (int i = 0; i < REPEATS; i++) {
      assertThat(enough.parse(section, 0, section.length).fields()).isEqualTo(twice);
      assertThatThrownBy(() -> tight.parse(section, 0, section.length))
          .isInstanceOf(FieldSectionTooLargeException.class);
    }
  }

  @Test
  void aSectionInsideALargerArrayEndsWhereItEnds() throws IOException {
    byte[] octets = hex("ff 0000 d1 51 02 2f61 d1 ff");
    assertThat(fields.parse(octets, 1, 8)).isEqualTo(Headers.of(":method", "GET", ":path", "/a"));
    assertThatThrownBy(() -> fields.parse(octets, 1, 7)).isInstanceOf(ProtocolException.class);
  }
}
