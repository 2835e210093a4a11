package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  @ParameterizedTest
  @CsvSource({
    "0000, DATA",
    "0100, HEADERS",
    "030100, CANCEL_PUSH",
    "0400, SETTINGS",
    "0500, PUSH_PROMISE",
    "070100, GOAWAY",
    "0d0100, MAX_PUSH_ID",
    "2100, UNKNOWN",
    "0a00, UNKNOWN",
    "800f070000, PRIORITY_UPDATE_REQUEST",
    "800f070100, PRIORITY_UPDATE_PUSH",
    "800f070200, UNKNOWN",
    "fffffffffffffffe00, UNKNOWN",
    "c00000000000000100, HEADERS",
  })
  void everyTypeIsFound(String bytes, FrameType type) throws IOException {
    FrameReader frames = frames(bytes);
    assertThat(frames.next()).isEqualTo(type);
    assertThat(frames.next()).isEqualTo(FrameType.END);
    assertThat(frames.next()).isEqualTo(FrameType.END);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 9})
  void aPayloadIsParsedWhole(int octetsAtOnce) throws IOException {
    FrameReader frames = new FrameReader(source(hex("0103 616263 0001 21"), octetsAtOnce));
    assertThat(frames.next()).isEqualTo(FrameType.HEADERS);
    String parsed =
        frames.payload(
            3,
            () -> new IOException("too large"),
            (octets, from, to) -> new String(octets, from, to - from, ISO_8859_1));
    assertThat(parsed).isEqualTo("abc");
    assertThat(frames.remaining()).isZero();
    assertThat(frames.next()).isEqualTo(FrameType.DATA);
  }

  @Test
  void aPayloadThatIsTooLargeIsNotParsed() throws IOException {
    FrameReader frames = frames("0103 616263");
    frames.next();
    assertThatThrownBy(
            () -> frames.payload(2, () -> new IOException("too large"), (o, from, to) -> "parsed"))
        .hasMessage("too large");
  }

  @Test
  void dataIsReadAsItComesAndEndsWithItsFrame() throws IOException {
    FrameReader frames = new FrameReader(source(hex("0005 6865 6c6c 6f 0001 21"), 4));
    assertThat(frames.next()).isEqualTo(FrameType.DATA);
    assertThat(frames.length()).isEqualTo(5);
    byte[] data = new byte[8];
    assertThat(frames.read(data, 0, 8)).isEqualTo(2);
    assertThat(frames.remaining()).isEqualTo(3);
    assertThat(frames.read(data, 2, 6)).isEqualTo(3);
    assertThat(frames.read(data, 5, 3)).isEqualTo(-1);
    assertThat(new String(data, 0, 5)).isEqualTo("hello");
    assertThat(frames.next()).isEqualTo(FrameType.DATA);
    assertThat(frames.read(data, 0, 8)).isEqualTo(1);
    assertThat(frames.next()).isEqualTo(FrameType.END);
  }

  @Test
  void largeDataGoesStraightIntoTheUsersArray() throws IOException {
    byte[] target = new byte[5000];
    byte[] header = hex("0053 88"); // 5000 bytes
    BufferedByteSource in =
        new BufferedByteSource((dst, offset, length) -> {
          if (dst == target) {
            assertThat(length).isEqualTo(5000);
            return 5000;
          }
          System.arraycopy(header, 0, dst, offset, 3);
          return 3;
        });
    FrameReader frames = new FrameReader(in);
    assertThat(frames.next()).isEqualTo(FrameType.DATA);
    assertThat(frames.read(target, 0, 5000)).isEqualTo(5000);
  }

  @Test
  void whatIsLeftOfAFrameIsSkipped() throws IOException {
    FrameReader frames = frames("0003 616263 4021 04 ffffffff 0701 04");
    assertThat(frames.next()).isEqualTo(FrameType.DATA);
    assertThat(frames.read(new byte[1], 0, 1)).isEqualTo(1);
    assertThat(frames.next()).isEqualTo(FrameType.UNKNOWN);
    assertThat(frames.code()).isEqualTo(0x21);
    assertThat(frames.next()).isEqualTo(FrameType.GOAWAY);
    assertThat(frames.id()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0200", "0600", "0800", "0900", "02", "c000000000000009"})
  void http2FrameTypesAreUnexpected(String bytes) {
    // RFC 9114 §7.2.8
    assertConnectionError(H3Error.H3_FRAME_UNEXPECTED, () -> frames(bytes).next());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"00", "0003", "00036162", "40", "0040", "0180", "2102ff", "ffffffffffffffff"})
  void aStreamThatEndsInsideAFrameIsAFrameError(String bytes) {
    // RFC 9114 §7.1
    assertConnectionError(H3Error.H3_FRAME_ERROR, () -> drain(frames(bytes)));
    assertConnectionError(
        H3Error.H3_FRAME_ERROR,
        () -> {
          FrameReader frames = frames(bytes);
          while (frames.next() != FrameType.END) {
            while (frames.read(new byte[10], 0, 10) >= 0) {
              assertThat(frames.length()).isPositive();
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "070100, 0",
    "07013f, 63",
    "07024040, 64",
    "03024004, 4",
    "0d0480004000, 16384",
    "0708ffffffffffffffff, 4611686018427387903",
    "0708c000000000000004, 4",
  })
  void identifiersAreReadInEveryForm(String bytes, long id) throws IOException {
    FrameReader frames = frames(bytes);
    frames.next();
    assertThat(frames.id()).isEqualTo(id);
    assertThat(frames.next()).isEqualTo(FrameType.END);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0700",
        "0d00",
        "0300",
        "07020404", // a byte behind the identifier
        "0d020000",
        "03020000",
        "070140", // an identifier cut short
        "0704c0000000",
        "0709ffffffffffffffff00",
        "07ffffffffffffffff", // refused for its length alone
      })
  void identifiersOfAnotherLengthThanTheirFrameAreFrameErrors(String bytes) {
    // RFC 9114 §7.1, RFC 9114 §10.8
    assertConnectionError(
        H3Error.H3_FRAME_ERROR,
        () -> {
          FrameReader frames = frames(bytes);
          frames.next();
          frames.id();
        });
  }

  @Test
  void aPayloadComesWholeFromPieces() throws IOException {
    byte[] payload = new byte[50_000];
    Arrays.fill(payload, (byte) 7);
    for (int step : new int[] {1, 1000, 1_000_000}) {
      FrameReader frames =
          new FrameReader(source(Bytes.concat(hex("018000c350"), payload, hex("0100")), step));
      assertThat(frames.next()).isEqualTo(FrameType.HEADERS);
      assertThat(frames.payload(50_000, IllegalClaim::new)).isEqualTo(payload);
      assertThat(frames.next()).isEqualTo(FrameType.HEADERS);
      assertThat(frames.payload(0, IllegalClaim::new)).isEmpty();
      assertThat(frames.next()).isEqualTo(FrameType.END);
    }
  }

  @Test
  void aClaimOverTheLimitThrowsWhatTheCallerSaysAndLeavesTheFrameToBeSkipped() throws IOException {
    FrameReader frames = frames("0104 00000000 0701 08");
    frames.next();
    assertThatThrownBy(() -> frames.payload(3, IllegalClaim::new)).isInstanceOf(IllegalClaim.class);
    assertThat(frames.next()).isEqualTo(FrameType.GOAWAY);
  }

  @Test
  void anInterruptedHeaderAndPayloadGoOnTheNextTime() throws IOException {
    Queue<String> script =
        new ArrayDeque<>(
            List.of(
                "interrupt", "01", "interrupt", "05 6162", "interrupt", "636465 2140", "04 00"));
    script.addAll(List.of("interrupt", "000000 0701", "interrupt", "04"));
    FrameReader frames =
        new FrameReader(
            new BufferedByteSource((dst, at, n) -> BufferedByteSourceTest.step(script, dst, at)));
    assertThatThrownBy(frames::next).isInstanceOf(InterruptedIOException.class);
    assertThatThrownBy(frames::next).isInstanceOf(InterruptedIOException.class);
    assertThat(frames.next()).isEqualTo(FrameType.HEADERS);
    assertThatThrownBy(() -> frames.payload(5, IllegalClaim::new))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(frames.payload(5, IllegalClaim::new)).isEqualTo(hex("6162636465"));
    assertThat(frames.next()).isEqualTo(FrameType.UNKNOWN);
    assertThatThrownBy(frames::next).isInstanceOf(InterruptedIOException.class);
    assertThat(frames.next()).isEqualTo(FrameType.GOAWAY);
    assertThatThrownBy(frames::id).isInstanceOf(InterruptedIOException.class);
    assertThat(frames.id()).isEqualTo(4);
  }

  static void drain(FrameReader frames) throws IOException {
    while (frames.next() != FrameType.END) {
      assertThat(frames.length()).isNotNegative();
    }
  }

  private static FrameReader frames(String bytes) {
    return new FrameReader(source(bytes));
  }

  private static final class IllegalClaim extends IOException {}
}
