package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Violations.assertStreamError;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

// draft-ietf-masque-h3-datagram-04 §4.4
class ContextCapsuleTest {
  private interface Parser {
    ContextCapsule parse(byte[] value) throws IOException;
  }

  private record Sample(String hex, ContextCapsule capsule, Parser parser, int required) {}

  private static final byte[] DATA = {1, 2};

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(
              "80ff37a1 05 02 4040 0102",
              new ContextCapsule.Register(2, 64, DATA),
              ContextCapsule.Register::parse,
              3),
          new Sample(
              "80ff37a1 0f c000000000000000 bfffffff 000000",
              null,
              ContextCapsule.Register::parse,
              12),
          new Sample(
              "80ff37a2 03 00 0102",
              new ContextCapsule.RegisterNone(0, DATA),
              ContextCapsule.RegisterNone::parse,
              1),
          new Sample(
              "80ff37a3 08 01 80ff78a2 c3a478",
              new ContextCapsule.Close(1, 0xff78a2, "\u00e4x"),
              ContextCapsule.Close::parse,
              5));

  @Test
  void capsulesAreWhatTheDraftSays() throws IOException {
    for (Sample sample : SAMPLES) {
      if (sample.capsule != null) {
        assertThat(sample.capsule.encoded()).isEqualTo(Bytes.hex(sample.hex));
        ContextCapsule parsed = sample.parser.parse(value(sample));
        assertThat(parsed).usingRecursiveComparison().isEqualTo(sample.capsule);
      }
    }
  }

  // RFC 9297 §3.3: a value that ends inside its fields makes the message malformed
  @Test
  void aValueThatIsTooShortIsAViolation() throws IOException {
    for (Sample sample : SAMPLES) {
      byte[] value = value(sample);
      for (int cut = 0; cut <= value.length; cut++) {
        byte[] part = Arrays.copyOf(value, cut);
        if (cut >= sample.required) {
          assertThat(sample.parser.parse(part)).isNotNull();
        } else {
          assertStreamError(H3Error.H3_MESSAGE_ERROR, () -> sample.parser.parse(part));
        }
      }
    }
  }

  private static byte[] value(Sample sample) {
    byte[] all = Bytes.hex(sample.hex);
    return Arrays.copyOfRange(all, 5, all.length);
  }

  @Test
  void detailsThatAreNotUtf8AreStillRead() throws IOException {
    assertThat(ContextCapsule.Close.parse(Bytes.hex("00 00 ff41")).details()).isEqualTo("\ufffdA");
  }

  @Test
  void typesAreKnownByTheirNumbers() {
    for (CapsuleType type : CapsuleType.values()) {
      assertThat(CapsuleType.of(type == CapsuleType.UNKNOWN ? 0xff37a0 : type.code()))
          .isEqualTo(type);
    }
    assertThat(CapsuleType.of(0xff37a4)).isEqualTo(CapsuleType.UNKNOWN);
    assertThat(CapsuleType.of(1)).isEqualTo(CapsuleType.UNKNOWN);
    assertThat(CapsuleType.of(VarInt.MAX)).isEqualTo(CapsuleType.UNKNOWN);
    assertThat(CapsuleType.of(0x100000000L)).isEqualTo(CapsuleType.UNKNOWN);
  }
}
