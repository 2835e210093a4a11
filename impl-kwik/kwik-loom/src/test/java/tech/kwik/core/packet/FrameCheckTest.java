package tech.kwik.core.packet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;

/** RFC 9000 §12.4: which frames a packet may carry, and that none ends beyond it. */
class FrameCheckTest {

  private static final Version V1 = Version.QUIC_version_1;
  private static final String TOKEN = "000102030405060708090a0b0c0d0e0f";

  /** One frame of each type, with the packets of table 3: I, H, 0 and 1. */
  private static final Map<String, String> FRAMES =
      Map.ofEntries(
          Map.entry("00", "IH01"),
          Map.entry("01", "IH01"),
          Map.entry("02 05 00 01 02 00 00", "IH1"),
          Map.entry("03 05 00 00 02 01 02 03", "IH1"),
          Map.entry("04 04 4001 4002", "01"),
          Map.entry("05 04 4001", "01"),
          Map.entry("06 00 02 0102", "IH1"),
          Map.entry("07 02 0102", "1"),
          Map.entry("08 04 010203", "01"),
          Map.entry("0f 04 05 02 0102", "01"),
          Map.entry("10 7fff", "01"),
          Map.entry("11 04 7fff", "01"),
          Map.entry("12 d000000000000000", "01"),
          Map.entry("13 05", "01"),
          Map.entry("14 7fff", "01"),
          Map.entry("15 04 7fff", "01"),
          Map.entry("16 05", "01"),
          Map.entry("17 d000000000000000", "01"),
          Map.entry("18 05 04 04 01020304 " + TOKEN, "01"),
          Map.entry("19 03", "1"),
          Map.entry("1a 0102030405060708", "01"),
          Map.entry("1b 0102030405060708", "1"),
          Map.entry("1c 0a 06 02 6869", "IH01"),
          Map.entry("1d 4105 02 6869", "01"),
          Map.entry("1e", "1"),
          Map.entry("30 0102", "01"),
          Map.entry("31 02 0102", "01"));

  private static QuicPacket packet(char kind) {
    return switch (kind) {
      case 'I' -> new InitialPacket(V1);
      case 'H' -> new HandshakePacket(V1);
      case '0' -> new ZeroRttPacket(V1);
      default -> new ShortHeaderPacket(V1);
    };
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static void assertRefused(QuicPacket packet, byte[] payload, TransportErrorCode code) {
    assertThatThrownBy(() -> FrameCheck.check(packet, payload))
        .isInstanceOfSatisfying(
            TransportError.class,
            e ->
                assertThatCode(
                        () -> {
                          if (e.getTransportErrorCode() != code) {
                            throw e;
                          }
                        })
                    .doesNotThrowAnyException());
  }

  @Test
  void eachFrameIsPermittedInItsPacketsAndAProtocolViolationInOthers() throws Exception {
    for (Map.Entry<String, String> frame : FRAMES.entrySet()) {
      for (char kind : List.of('I', 'H', '0', '1')) {
        if (frame.getValue().indexOf(kind) >= 0 || kind == '0' && frame.getKey().startsWith("1c")) {
          FrameCheck.check(packet(kind), bytes(frame.getKey()));
        } else {
          assertRefused(packet(kind), bytes(frame.getKey()), TransportErrorCode.PROTOCOL_VIOLATION);
        }
      }
    }
  }

  @Test
  void eachFrameIsFollowedByTheNext() throws Exception {
    for (String frame : FRAMES.keySet()) {
      boolean last = frame.startsWith("08") || frame.startsWith("30");
      byte[] behind = bytes(last ? "01 00 " + frame : frame + " 00 01 21");
      if (last) {
        FrameCheck.check(packet('1'), behind);
      } else {
        assertRefused(packet('1'), behind, TransportErrorCode.FRAME_ENCODING_ERROR);
      }
    }
  }

  @Test
  void aFrameCutAnywhereIsAFrameEncodingError() {
    for (String frame : FRAMES.keySet()) {
      byte[] whole = bytes(frame);
      boolean unlimited = frame.startsWith("08") || frame.startsWith("30");
      int least = unlimited ? 1 : whole.length;
      if (frame.startsWith("08")) {
        least = 2;
      }
      IntStream.range(1, least)
          .forEach(length ->
              assertRefused(
                  packet('1'),
                  Arrays.copyOf(whole, length),
                  TransportErrorCode.FRAME_ENCODING_ERROR));
    }
  }

  @Test
  void aPacketWithoutFramesIsAProtocolViolation() {
    assertRefused(packet('I'), new byte[0], TransportErrorCode.PROTOCOL_VIOLATION);
    assertRefused(packet('1'), new byte[0], TransportErrorCode.PROTOCOL_VIOLATION);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x1f, 0x20, 0x2f, 0x32, 0x3f})
  void anUnknownTypeIsAFrameEncodingErrorInEveryPacket(int type) {
    for (char kind : List.of('I', 'H', '0', '1')) {
      assertRefused(
          packet(kind), new byte[] {(byte) type}, TransportErrorCode.FRAME_ENCODING_ERROR);
    }
  }
}
