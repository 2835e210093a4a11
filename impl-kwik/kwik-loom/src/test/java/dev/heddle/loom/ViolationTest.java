package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.frame.MaxStreamDataFrame;
import tech.kwik.core.frame.MaxStreamsFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.ResetStreamFrame;
import tech.kwik.core.frame.StopSendingFrame;
import tech.kwik.core.frame.StreamDataBlockedFrame;
import tech.kwik.core.frame.StreamFrame;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.Version;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.LoomStream;

/** A client that breaks the rules of RFC 9000 for streams, and what the server closes with. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ViolationTest {

  private static final Version V1 = Version.QUIC_version_1;
  private static final int CLIENT_BIDI = 0;
  private static final int SERVER_BIDI = 1;
  private static final int CLIENT_UNI = 2;
  private static final int SERVER_UNI = 3;
  private static final int WINDOW = Loopback.Sizes.NORMAL.streamWindow();

  private static void send(LoomPair pair, QuicFrame... frames) {
    for (QuicFrame frame : frames) {
      var client = (QuicConnectionImpl) pair.kwikClient;
      client.send(frame, lost -> send(pair, lost), true);
    }
  }

  private static void assertClosedWith(TransportErrorCode code, QuicFrame... frames)
      throws Exception {
    try (LoomPair pair = new LoomPair()) {
      CompletableFuture<ConnectionEnd> end = new CompletableFuture<>();
      pair.client.onEnd(end::complete);
      send(pair, frames);
      assertThat(end)
          .succeedsWithin(Duration.ofSeconds(10))
          .satisfies(e -> {
            assertThat(e.byPeer()).isTrue();
            assertThat(e.application()).isFalse();
            assertThat(e.code()).isEqualTo(code.value);
            assertThat(e.reason()).isNotEmpty();
          });
    }
  }

  private static StreamFrame data(int id, long offset, int length, boolean fin) {
    return new StreamFrame(V1, id, offset, new byte[length], fin);
  }

  // RFC 9000 §4.5

  @Test
  void dataBeyondTheFinalSizeIsAFinalSizeError() throws Exception {
    assertClosedWith(
        TransportErrorCode.FINAL_SIZE_ERROR,
        data(CLIENT_BIDI, 0, 10, true),
        data(CLIENT_BIDI, 10, 1, false));
  }

  @Test
  void aSecondFinalSizeIsAFinalSizeError() throws Exception {
    assertClosedWith(
        TransportErrorCode.FINAL_SIZE_ERROR,
        data(CLIENT_BIDI, 5, 5, true),
        data(CLIENT_BIDI, 0, 5, true));
  }

  @Test
  void anEndBelowWhatWasReceivedIsAFinalSizeError() throws Exception {
    assertClosedWith(
        TransportErrorCode.FINAL_SIZE_ERROR,
        data(CLIENT_UNI, 0, 10, false),
        data(CLIENT_UNI, 0, 9, true));
  }

  @Test
  void aResetWithAnotherFinalSizeIsAFinalSizeError() throws Exception {
    assertClosedWith(
        TransportErrorCode.FINAL_SIZE_ERROR,
        data(CLIENT_BIDI, 5, 5, true),
        new ResetStreamFrame(CLIENT_BIDI, 0, 11));
  }

  // RFC 9000 §4.1

  @Test
  void dataBeyondTheStreamLimitIsAFlowControlError() throws Exception {
    assertClosedWith(TransportErrorCode.FLOW_CONTROL_ERROR, data(CLIENT_BIDI, WINDOW, 1, false));
  }

  @Test
  void aResetBeyondTheStreamLimitIsAFlowControlError() throws Exception {
    assertClosedWith(
        TransportErrorCode.FLOW_CONTROL_ERROR, new ResetStreamFrame(CLIENT_BIDI, 0, WINDOW + 1));
  }

  @Test
  void dataBeyondTheConnectionLimitIsAFlowControlError() throws Exception {
    QuicFrame[] frames = new QuicFrame[11];
    Arrays.setAll(frames, i -> data(CLIENT_BIDI + 4 * i, WINDOW - 1, 1, false));
    assertClosedWith(TransportErrorCode.FLOW_CONTROL_ERROR, frames);
  }

  // RFC 9000 §4.6

  @Test
  void aStreamBeyondTheLimitIsAStreamLimitError() throws Exception {
    int beyond = CLIENT_BIDI + 4 * Loopback.Sizes.NORMAL.streams();
    assertClosedWith(TransportErrorCode.STREAM_LIMIT_ERROR, data(beyond, 0, 1, false));
    assertClosedWith(TransportErrorCode.STREAM_LIMIT_ERROR, new StopSendingFrame(V1, beyond, 0L));
  }

  @Test
  void maxStreamsBeyondTwoToTheSixtyIsAFrameEncodingError() throws Exception {
    assertClosedWith(
        TransportErrorCode.FRAME_ENCODING_ERROR, new MaxStreamsFrame((1L << 60) + 1, true));
  }

  // RFC 9000 §19.4, §19.5, §19.8, §19.10, §19.13

  @Test
  void framesForAStreamThatTheServerHasNotOpenedAreStreamStateErrors() throws Exception {
    assertClosedWith(TransportErrorCode.STREAM_STATE_ERROR, data(SERVER_BIDI, 0, 1, false));
    assertClosedWith(
        TransportErrorCode.STREAM_STATE_ERROR, new ResetStreamFrame(SERVER_BIDI, 0, 0));
    assertClosedWith(
        TransportErrorCode.STREAM_STATE_ERROR, new StopSendingFrame(V1, SERVER_UNI, 0L));
    assertClosedWith(
        TransportErrorCode.STREAM_STATE_ERROR, new MaxStreamDataFrame(SERVER_BIDI, 1_000_000));
  }

  @Test
  void framesAgainstTheDirectionOfAStreamAreStreamStateErrors() throws Exception {
    assertClosedWith(TransportErrorCode.STREAM_STATE_ERROR, data(SERVER_UNI, 0, 1, false));
    assertClosedWith(TransportErrorCode.STREAM_STATE_ERROR, new ResetStreamFrame(SERVER_UNI, 0, 0));
    assertClosedWith(
        TransportErrorCode.STREAM_STATE_ERROR, new StreamDataBlockedFrame(V1, SERVER_UNI, 0));
    assertClosedWith(
        TransportErrorCode.STREAM_STATE_ERROR, new StopSendingFrame(V1, CLIENT_UNI, 0L));
    assertClosedWith(
        TransportErrorCode.STREAM_STATE_ERROR, new MaxStreamDataFrame(CLIENT_UNI, 1_000_000));
  }

  // What is legal.

  @Test
  void framesForAStreamThatHasEndedAreIgnored() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      send(pair, data(CLIENT_UNI, 0, 1, true));
      LoomStream stream = pair.nextAtServer();
      assertThat(stream.read(new byte[5], 0, 5)).isEqualTo(1);
      assertThat(stream.read(new byte[5], 0, 5)).isEqualTo(-1);
      assertThat(pair.server.streamCount()).isZero();
      send(
          pair,
          data(CLIENT_UNI, 0, 1, true),
          new ResetStreamFrame(CLIENT_UNI, 9, 1),
          new StreamDataBlockedFrame(V1, CLIENT_UNI, 0),
          data(CLIENT_UNI + 4, 0, 1, true));
      assertThat(pair.nextAtServer().read(new byte[5], 0, 5)).isEqualTo(1);
      assertThat(pair.server.end()).isEmpty();
    }
  }

  @Test
  void aFrameOpensAllStreamsBelowItsOwn() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      send(pair, new MaxStreamDataFrame(CLIENT_BIDI + 4 * 4, 5));
      for (int i = 0; i < 5; i++) {
        assertThat(pair.nextAtServer().streamId()).isEqualTo(CLIENT_BIDI + 4 * i);
      }
      pair.server.openStream(false).write(true, ByteBuffer.allocate(1));
      assertThat(pair.nextAtClient().read(new byte[5], 0, 5)).isEqualTo(1);
    }
  }
}
