package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.LoomConnection;

/** A peer whose 1-RTT packets break RFC 9000 §19, of either role, and what it is told. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FrameViolationTest {

  private static final String TOKEN = "000102030405060708090a0b0c0d0e0f";
  private static final int UNEXPECTED_MESSAGE = 0x010a;
  private static final int FLOW_CONTROL_ERROR = 0x03;
  private static final int STREAM_LIMIT_ERROR = 0x04;
  private static final int FRAME_ENCODING_ERROR = 0x07;
  private static final int CONNECTION_ID_LIMIT_ERROR = 0x09;
  private static final int PROTOCOL_VIOLATION = 0x0a;

  /** One for all, which shows that it lives on. */
  private static Loopback loopback;

  @BeforeAll
  static void start() throws Exception {
    loopback = new Loopback(Loopback.Sizes.NORMAL, null, null);
  }

  @AfterAll
  static void stop() {
    loopback.close();
  }

  private static void assertClosed(boolean byClient, int code, RawFrame... frames)
      throws Exception {
    QuicConnection client = loopback.connect();
    QuicConnection server = loopback.accepted();
    QuicConnection rogue = byClient ? client : server;
    CompletableFuture<ConnectionEnd> end = new CompletableFuture<>();
    LoomConnection.from(rogue).onEnd(end::complete);
    for (RawFrame frame : frames) {
      frame.sendLast((QuicConnectionImpl) rogue);
    }
    assertThat(end)
        .succeedsWithin(Duration.ofSeconds(10))
        .satisfies(e -> {
          assertThat(e.byPeer()).isTrue();
          assertThat(e.application()).isFalse();
          assertThat(e.code()).isEqualTo(code);
          assertThat(e.reason()).isNotEmpty();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "unknown type,                    0x07, 21",
    "unknown long type,               0x07, 7fff 00",
    "type in too many bytes,          0x0a, 4001",
    "stream data beyond the packet,   0x07, 0a00 bfffffff 00",
    "crypto data beyond the packet,   0x07, 0600 bfffffff 00",
    "datagram beyond the packet,      0x07, 31 bfffffff 00",
    "reason beyond the packet,        0x07, 1c0000 bfffffff 00",
    "token beyond the packet,         0x07, 07 bfffffff 00",
    "empty token,                     0x07, 0700",
    "half a number,                   0x07, 10 ff",
    "half a challenge,                0x07, 1a 0102030405",
    "acknowledged below zero,         0x07, 02 00 00 00 05",
    "gap below zero,                  0x07, 02 08 00 01 00 08 00",
    "more ranges than bytes,          0x07, 02 08 00 bfffffff 00",
    "packet that was not sent,        0x0a, 02 80100000 00 00 00",
    "2^62 packets,                    0x0a, 02 ffffffffffffffff 00 00 ffffffffffffffff",
    "more than 2^60 streams,          0x07, 12 d000000000000001",
    "blocked at more than 2^60,       0x07, 16 d000000000000001",
    "stream data beyond 2^62,         0x07, 0e00 ffffffffffffffff 01 00",
    "crypto data beyond 2^62,         0x07, 06 ffffffffffffffff 01 00",
    "crypto data far ahead,           0x0d, 06 80030d40 01 00",
    "stream id of 2^32,               0x04, 0a c000000100000000 00",
    "stop of stream 2^32,             0x04, 05 c000000100000000 00",
    "retires a later id,              0x07, 18 05 06 04 01020304 " + TOKEN,
    "empty connection id,             0x07, 18 01 00 00 " + TOKEN,
    "connection id of 21 bytes,       0x07, 18 01 00 15 " + TOKEN + TOKEN + TOKEN,
    "retires an id never issued,      0x0a, 19 40ff",
    "retires an id of 2^40,           0x0a, 19 c000010000000000",
    "retires the id in use,           0x0a, 19 00",
    "answer without a challenge,      0x0a, 1b 0102030405060708",
  })
  void aMalformedFrameEndsTheConnection(String what, String code, String hex) throws Exception {
    assertClosed(true, Integer.decode(code), RawFrame.of(hex));
    assertClosed(false, Integer.decode(code), RawFrame.of(hex));
  }

  /** The first close counts: who is told of a violation and closes for that does not hide it. */
  @Test
  void aProgramThatClosesWhenItIsToldDoesNotHideTheViolation() throws Exception {
    for (int i = 0; i < 50; i++) {
      QuicConnection client = loopback.connect();
      QuicConnection server = loopback.accepted();
      CompletableFuture<ConnectionEnd> end = new CompletableFuture<>();
      LoomConnection.from(server).onEnd(end::complete);
      LoomConnection.from(client).onEnd(e -> client.close(0x100, "told of " + e));
      RawFrame.of("10 ff").sendLast((QuicConnectionImpl) server);
      assertThat(end)
          .succeedsWithin(Duration.ofSeconds(10))
          .satisfies(e -> assertThat(e.code()).isEqualTo(FRAME_ENCODING_ERROR));
    }
  }

  // RFC 9000 §19.7, §19.20

  @Test
  void aClientMustNotSendWhatOnlyAServerMay() throws Exception {
    assertClosed(true, PROTOCOL_VIOLATION, RawFrame.of("07 01 00"));
    assertClosed(true, PROTOCOL_VIOLATION, RawFrame.of("1e"));
  }

  // RFC 9001 §6, RFC 8446 §4

  @Test
  void aTlsMessageThatNobodyExpectsIsAnAlert() throws Exception {
    assertClosed(true, UNEXPECTED_MESSAGE, RawFrame.of("06 00 05 18000001 00"));
    assertClosed(true, UNEXPECTED_MESSAGE, RawFrame.of("06 00 05 63000001 00"));
    assertClosed(
        true, UNEXPECTED_MESSAGE, RawFrame.of("06 01 04 000001 00"), RawFrame.of("06 00 01 01"));
  }

  // RFC 9000 §5.1.1, §5.1.2, §19.15

  private static RawFrame newId(int sequence, int retirePriorTo, int id) {
    return RawFrame.of(
        String.format(
            "18 %08x %08x 08 %016x %s", 1 << 31 | sequence, 1 << 31 | retirePriorTo, id, TOKEN));
  }

  @Test
  void twoIdsUnderOneNumberAreAProtocolViolation() throws Exception {
    assertClosed(true, PROTOCOL_VIOLATION, newId(1, 0, 7), newId(1, 0, 8));
    // The server has issued another under this number.
    assertClosed(false, PROTOCOL_VIOLATION, newId(1, 0, 7));
  }

  @Test
  void oneIdUnderTwoNumbersIsAProtocolViolation() throws Exception {
    assertClosed(true, PROTOCOL_VIOLATION, newId(1, 0, 7), newId(2, 0, 7));
  }

  @Test
  void moreIdsThanAnnouncedAreAConnectionIdLimitError() throws Exception {
    RawFrame[] frames = new RawFrame[12];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = newId(10 + i, 0, 10 + i);
    }
    assertClosed(true, CONNECTION_ID_LIMIT_ERROR, frames);
    assertClosed(false, CONNECTION_ID_LIMIT_ERROR, frames);
  }

  // RFC 9000 §12.4, §4.1

  @Test
  void nothingOfAPacketIsProcessedBehindAViolation() throws Exception {
    // Stream 0, then PATH_RESPONSE, then stream 4 beyond its limit.
    assertClosed(
        true,
        PROTOCOL_VIOLATION,
        RawFrame.of("0a00 01 00  1b 0102030405060708  0e04 bfffffff 01 00"));
    assertClosed(true, FLOW_CONTROL_ERROR, RawFrame.of("0e04 bfffffff 01 00"));
    assertClosed(true, FRAME_ENCODING_ERROR, RawFrame.of("1b 0102030405060708  21"));
    assertClosed(true, STREAM_LIMIT_ERROR, RawFrame.of("0a 80100000 00"));
  }
}
