package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarIntTest {
  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "63, 3f",
    "64, 4040",
    "16383, 7fff",
    "16384, 80004000",
    "1073741823, bfffffff",
    "1073741824, c000000040000000",
    "4611686018427387903, ffffffffffffffff",
    // the examples of RFC 9000, Appendix A.1
    "151288809941952652, c2197c5eff14e88c",
    "494878333, 9d7f3e7d",
    "15293, 7bbd",
    "37, 25",
  })
  void everyFormEncodesShortestAndDecodesBack(long value, String encoded) throws IOException {
    byte[] array = new byte[11];
    int end = VarInt.encode(value, array, 3);
    assertThat(hex(Arrays.copyOfRange(array, 3, end))).isEqualTo(encoded);
    assertThat(VarInt.size(value)).isEqualTo(encoded.length() / 2);
    assertThat(VarInt.length(hex(encoded)[0])).isEqualTo(encoded.length() / 2);

    ByteBuffer buffer = ByteBuffer.allocate(8);
    VarInt.encode(value, buffer);
    assertThat(buffer.position()).isEqualTo(encoded.length() / 2);
    assertThat(VarInt.decode(buffer.flip())).isEqualTo(value);
    assertThat(buffer.hasRemaining()).isFalse();

    assertThat(VarInt.decode(array, 3, end)).isEqualTo(value);
    assertThat(source(hex(encoded), 1).varint()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "4025", "80000025", "c000000000000025"})
  void longerFormsThanNeededDecodeToo(String encoded) throws IOException {
    assertThat(VarInt.decode(ByteBuffer.wrap(hex(encoded)))).isEqualTo(37);
    assertThat(VarInt.decode(hex(encoded), 0, encoded.length() / 2)).isEqualTo(37);
    assertThat(source(encoded).varint()).isEqualTo(37);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3f", "7fff", "bfffffff", "ffffffffffffffff"})
  void everyCutIsSeenAndConsumesNothing(String encoded) throws IOException {
    byte[] whole = hex(encoded);
    for (int cut = 0; cut < whole.length; cut++) {
      ByteBuffer buffer = ByteBuffer.wrap(whole, 0, cut);
      assertThat(VarInt.decode(buffer)).isEqualTo(VarInt.TRUNCATED);
      assertThat(buffer.position()).isZero();
      assertThat(VarInt.decode(whole, 0, cut)).isEqualTo(VarInt.TRUNCATED);
      BufferedByteSource source = source(Arrays.copyOf(whole, cut), 1);
      if (cut == 0) {
        assertThat(source.varint()).isEqualTo(BufferedByteSource.END);
      } else {
        assertThatThrownBy(source::varint).isInstanceOf(TruncatedException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1L << 62, Long.MAX_VALUE})
  void valuesOutsideOf62BitsAreRefused(long value) {
    assertThatIllegalArgumentException().isThrownBy(() -> VarInt.size(value));
    assertThatIllegalArgumentException().isThrownBy(() -> VarInt.encode(value, new byte[8], 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VarInt.encode(value, ByteBuffer.allocate(8)));
  }

  @Test
  void theLargestValueHas62Bits() {
    assertThat(VarInt.MAX).isEqualTo(0x3fff_ffff_ffff_ffffL);
  }
}
