package dev.heddle.http3.qpack;

import static dev.heddle.http3.wire.Bytes.concat;
import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.H3Error;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a section may cost, whatever it claims. */
class FieldSectionLimitsTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @CsvSource({
    "0000 d1, 42", // :method: GET
    "0000 d1 c1, 80",
    "0000 510b2f696e6465782e68746d6c, 48",
    "0000 23616263 0178, 36",
    "0000 2f0125a849e95ba97d7f 8925a849e95bb8e8b4bf, 54", // counted decoded, not as it came
    "0000 2000, 32",
    "0000, 0",
  })
  void sectionsUpToTheLimitPassAndOneByteMoreDoesNot(String section, int size) throws IOException {
    // RFC 9114 §4.2.2
    byte[] octets = hex(section);
    Lines.decode(new FieldSectionDecoder(size, 10), octets);
    if (size > 0) {
      assertThatThrownBy(() -> Lines.decode(new FieldSectionDecoder(size - 1, 10), octets))
          .isInstanceOf(FieldSectionTooLargeException.class);
    }
  }

  @Test
  void moreLinesThanTheLimitAreRefused() throws IOException {
    Lines.decode(new FieldSectionDecoder(1000, 3), hex("0000 c1 c1 c1"));
    assertThatThrownBy(
            () -> Lines.decode(new FieldSectionDecoder(1000, 3), hex("0000 c1 c1 c1 c1")))
        .isInstanceOf(FieldSectionTooLargeException.class);
  }

  @Test
  void aDecoderWithoutLimitsDecodes() throws IOException {
    assertThat(
            Lines.decode(
                new FieldSectionDecoder(Long.MAX_VALUE, Integer.MAX_VALUE),
                hex("0000 2f0125a849e95ba97d7f 8925a849e95bb8e8b4bf")))
        .containsExactly("custom-key: custom-value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000 51 7f 81ffffff07 61", // 10 bytes; a value of 2 GiB
        "0000 51 ff 81ffffff07 61",
        "0000 27 f9ffffff07 6161",
        "0000 2f f9ffffff07 6161",
        "0000 51 7f81ffffffffffff3f",
      })
  void tenBytesThatClaimTwoGibibytesAreRefusedBeforeAnythingIsAllocated(String section) {
    FieldSectionDecoder decoder = new FieldSectionDecoder(Long.MAX_VALUE, 10);
    byte[] octets = hex(section);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertConnectionError(H3Error.QPACK_DECOMPRESSION_FAILED, () -> Lines.decode(decoder, octets));
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  @Test
  void huffmanStringsExpandNoFurtherThanTheLimit() {
    byte[] zeros = new byte[10 << 20]; // 16 MiB of the character '0'
    ByteBuilder out = new ByteBuilder();
    out.write(hex("000051"), 0, 3);
    PrefixedInteger.write(zeros.length, 7, 0x80, out);
    byte[] section = concat(out.toByteArray(), zeros);
    FieldSectionDecoder decoder = new FieldSectionDecoder(1 << 16, 10);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> Lines.decode(decoder, section))
        .isInstanceOf(FieldSectionTooLargeException.class);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  @Test
  void manyIndexedLinesStopAtTheLimit() {
    byte[] section = new byte[10 << 20];
    Arrays.fill(section, 2, section.length, (byte) 0xc1);
    int[] lines = {0};
    assertThatThrownBy(() ->
            new FieldSectionDecoder(1 << 16, Integer.MAX_VALUE)
                .decode(section, (name, value, never) -> lines[0]++))
        .isInstanceOf(FieldSectionTooLargeException.class);
    assertThat(lines[0]).isEqualTo((1 << 16) / 38);
  }
}
