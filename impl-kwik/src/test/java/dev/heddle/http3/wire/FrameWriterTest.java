package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
  private final ByteBuilder out = new ByteBuilder(1);

  @ParameterizedTest
  @CsvSource({
    "DATA, 0, 0000",
    "DATA, 63, 003f",
    "DATA, 64, 004040",
    "HEADERS, 16384, 0180004000",
    "DATA, 4611686018427387903, 00ffffffffffffffff",
  })
  void headersAreTypeAndLength(FrameType type, long length, String encoded) {
    byte[] array = new byte[2 + FrameWriter.MAX_HEADER_BYTES];
    int end = FrameWriter.header(type, length, array, 2);
    assertThat(hex(Arrays.copyOfRange(array, 2, end))).isEqualTo(encoded);
    ByteBuffer buffer = ByteBuffer.allocate(FrameWriter.MAX_HEADER_BYTES);
    FrameWriter.header(type, length, buffer);
    assertThat(hex(Arrays.copyOf(buffer.array(), buffer.position()))).isEqualTo(encoded);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 16383, 16384, 100_000})
  void framesBuiltInPlaceHaveTheShortestLength(int length) throws IOException {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) 0x5a);
    out.write(hex("0000"), 0, 2);
    int mark = FrameWriter.begin(FrameType.HEADERS, out);
    out.write(payload, 0, length);
    FrameWriter.end(mark, out);
    FrameWriter.goAway(4, out);

    FrameReader frames = new FrameReader(Bytes.source(out.toByteArray(), 10_000));
    assertThat(frames.next()).isEqualTo(FrameType.DATA);
    assertThat(frames.next()).isEqualTo(FrameType.HEADERS);
    assertThat(frames.payload(length, IOException::new)).isEqualTo(payload);
    assertThat(frames.next()).isEqualTo(FrameType.GOAWAY);
    assertThat(frames.next()).isEqualTo(FrameType.END);
    assertThat(out.size()).isEqualTo(2 + 1 + VarInt.size(length) + length + 3);
  }

  @Test
  void controlFramesAreOneIntegerLong() {
    FrameWriter.goAway(0, out);
    FrameWriter.goAway(64, out);
    FrameWriter.maxPushId(7, out);
    FrameWriter.cancelPush(VarInt.MAX, out);
    assertThat(hex(out)).isEqualTo("070100" + "07024040" + "0d0107" + "0308ffffffffffffffff");
  }

  @Test
  void settingsKeepTheirOrder() {
    FrameWriter.settings(
        Settings.NONE.with(Settings.H3_DATAGRAM, 1).with(0x06, 65536).withGrease(0, 5), out);
    assertThat(hex(out)).isEqualTo("0409" + "3301" + "0680010000" + "2105");
  }

  @Test
  void emptySettingsAreAnEmptyFrame() {
    FrameWriter.settings(Settings.NONE, out);
    assertThat(hex(out)).isEqualTo("0400");
  }

  @Test
  void greaseFramesHaveReservedTypes() {
    FrameWriter.grease(0, hex("0102"), out);
    FrameWriter.grease(1, new byte[0], out);
    assertThat(hex(out)).isEqualTo("21020102" + "404000");
  }

  @Test
  void streamTypesAreOneByte() {
    FrameWriter.streamType(UniStreamType.CONTROL, out);
    FrameWriter.streamType(UniStreamType.PUSH, out);
    FrameWriter.streamType(UniStreamType.QPACK_ENCODER, out);
    FrameWriter.streamType(UniStreamType.QPACK_DECODER, out);
    assertThat(hex(out)).isEqualTo("00010203");
  }

  @Test
  void whatHasNoNumberIsNotWritten() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrameWriter.begin(FrameType.UNKNOWN, out));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrameWriter.streamType(UniStreamType.UNKNOWN, out));
    assertThatIllegalArgumentException().isThrownBy(() -> FrameWriter.goAway(-4, out));
  }

  @Test
  void aClearedBuilderKeepsNoHugeArray() {
    out.write(new byte[1_000_000], 0, 1_000_000);
    out.clear();
    assertThat(out.size()).isZero();
    assertThat(out.array().length).isLessThan(20_000);
  }
}
