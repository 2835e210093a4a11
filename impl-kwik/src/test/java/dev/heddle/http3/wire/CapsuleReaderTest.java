package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Violations.assertStreamError;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapsuleReaderTest {
  private static final String TWO = "00 03 010203" + "7fff 02 aabb";

  private static CapsuleReader reader(byte[] octets) {
    ByteArrayInputStream in = new ByteArrayInputStream(octets);
    // One byte at a time, as badly as a network can
    return new CapsuleReader((dst, offset, length) -> in.read(dst, offset, 1));
  }

  @Test
  void capsulesAreReadOneAfterTheOther() throws IOException {
    CapsuleReader in = reader(Bytes.hex(TWO));
    assertThat(in.next()).isEqualTo(0);
    assertThat(in.length()).isEqualTo(3);
    assertThat(in.value()).containsExactly(1, 2, 3);
    assertThat(in.next()).isEqualTo(0x3fff);
    assertThat(in.value()).containsExactly(0xaa, 0xbb);
    assertThat(in.next()).isEqualTo(CapsuleReader.END);
    assertThat(in.next()).isEqualTo(CapsuleReader.END);
  }

  @Test
  void aValueThatIsLeftIsSkipped() throws IOException {
    CapsuleReader in = reader(Bytes.hex(TWO));
    in.next();
    assertThat(in.next()).isEqualTo(0x3fff);
    assertThat(in.next()).isEqualTo(CapsuleReader.END);
  }

  // RFC 9297 §3.3: a clean end inside a capsule makes the message malformed
  @Test
  void anEndInsideACapsuleIsAViolationWhereverItIs() throws IOException {
    byte[] all = Bytes.hex(TWO);
    for (int cut = 0; cut <= all.length; cut++) {
      CapsuleReader in = reader(Arrays.copyOf(all, cut));
      if (cut == 0 || cut == 5 || cut == all.length) {
        while (in.next() != CapsuleReader.END) {
          in.value();
        }
      } else {
        assertStreamError(
            H3Error.H3_MESSAGE_ERROR,
            () -> {
              while (in.next() != CapsuleReader.END) {
                in.value();
              }
            });
        CapsuleReader skipping = reader(Arrays.copyOf(all, cut));
        assertStreamError(
            H3Error.H3_MESSAGE_ERROR,
            () -> {
              while (skipping.next() != CapsuleReader.END) {
                assertThat(skipping.length()).isLessThan(4);
              }
            });
      }
    }
  }

  @Test
  void aClaimOfAllBytesThereAreCostsNoMemory() throws IOException {
    CapsuleReader in = reader(Bytes.hex("00 ffffffffffffffff 01"));
    assertThat(in.next()).isEqualTo(0);
    assertThat(in.length()).isEqualTo(VarInt.MAX);
    assertStreamError(H3Error.H3_MESSAGE_ERROR, in::next);
  }

  @Test
  void aLargeClaimBehindFewBytesTakesMemoryForThoseOnly() {
    CapsuleReader in = reader(Bytes.hex("00 bfffffff 01"));
    assertStreamError(
        H3Error.H3_MESSAGE_ERROR,
        () -> {
          in.next();
          in.value();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 4_096, 4_097, 16_383, 16_384, 100_000})
  void valuesOfEverySizeComeBack(int size) throws IOException {
    byte[] value = new byte[size];
    Arrays.fill(value, (byte) 7);
    CapsuleReader in = reader(CapsuleWriter.capsule(VarInt.MAX, value));
    assertThat(in.next()).isEqualTo(VarInt.MAX);
    assertThat(in.value()).isEqualTo(value);
    assertThat(in.next()).isEqualTo(CapsuleReader.END);
  }

  @Test
  void datagramCapsulesAreWrittenWithAndWithoutContext() {
    assertThat(CapsuleWriter.datagram(-1, new byte[] {5})).isEqualTo(Bytes.hex("00 01 05"));
    assertThat(CapsuleWriter.datagram(64, new byte[] {5})).isEqualTo(Bytes.hex("00 03 4040 05"));
    assertThat(CapsuleWriter.datagram(-1, new byte[0])).isEqualTo(Bytes.hex("00 00"));
  }
}
