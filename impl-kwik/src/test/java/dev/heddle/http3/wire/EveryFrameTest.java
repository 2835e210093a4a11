package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of frame cut at every byte, in pieces, and behind frames that nobody knows. */
class EveryFrameTest {
  private static final String ONE_OF_EACH =
      "DATA:[1, 2, 3] HEADERS:[0, 0, -47] CANCEL_PUSH:64 SETTINGS:{6=16384, 51=1} PUSH_PROMISE:[5]"
          + " GOAWAY:4611686018427387903 MAX_PUSH_ID:63"
          + " PRIORITY_UPDATE_REQUEST:64 PRIORITY_UPDATE_PUSH:0 ";

  private static final List<String> FRAMES =
      List.of(
          "0003010203",
          "01030000d1",
          "03024040",
          "0407 0680004000 3301",
          "050105",
          "0708ffffffffffffffff",
          "0d013f",
          "800f0700 05 4040 753d30",
          "800f0701 01 00");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void framesAreReadFromPiecesOfAnySize(int step) throws IOException {
    byte[] bytes = hex(String.join("", FRAMES));
    assertThat(describe(new FrameReader(source(bytes, step)))).isEqualTo(ONE_OF_EACH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2100", "210301ffff", "4040 01 00", "800f0702 02 0475", "0a0100"})
  void framesAreReadBehindUnknownOnes(String unknown) throws IOException {
    // RFC 9114 §9
    byte[] bytes = hex(unknown + String.join(unknown, FRAMES) + unknown);
    assertThat(describe(new FrameReader(source(bytes, 5)))).isEqualTo(ONE_OF_EACH);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void framesCutAtAnyByteAreFrameErrors(int frame) {
    // RFC 9114 §7.1
    byte[] whole = hex(FRAMES.get(frame));
    for (int cut = 1; cut < whole.length; cut++) {
      byte[] bytes = Arrays.copyOf(whole, cut);
      assertConnectionError(
          H3Error.H3_FRAME_ERROR, () -> describe(new FrameReader(source(bytes, 1))));
      assertConnectionError(
          H3Error.H3_FRAME_ERROR, () -> FrameReaderTest.drain(new FrameReader(source(bytes, 3))));
    }
  }

  private static String describe(FrameReader frames) throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      FrameType type = frames.next();
      Object content =
          switch (type) {
            case DATA, HEADERS, PUSH_PROMISE ->
                Arrays.toString(frames.payload(100, IOException::new));
            case SETTINGS -> frames.settings(100).values();
            case CANCEL_PUSH, GOAWAY, MAX_PUSH_ID -> frames.id();
            case PRIORITY_UPDATE_REQUEST, PRIORITY_UPDATE_PUSH -> frames.leadingId();
            case UNKNOWN -> "";
            case END -> null;
          };
      if (content == null) {
        return text.toString();
      }
      if (type != FrameType.UNKNOWN) {
        text.append(type).append(':').append(content).append(' ');
      }
    }
  }
}
