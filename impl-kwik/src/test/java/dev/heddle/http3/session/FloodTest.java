package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.GET;
import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.testing.Octets.UNKNOWN;
import static dev.heddle.http3.testing.Octets.connect;
import static dev.heddle.http3.testing.Octets.data;
import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.request;
import static dev.heddle.http3.testing.Octets.response;
import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.SessionHandler;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.RawPeer.Exchange;
import dev.heddle.http3.wire.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is legal once and an attack a thousand times: RFC 9114 §10.5. */
@Timeout(10)
class FloodTest {
  private static final Limits FEW =
      Limits.builder()
          .maxControlFramesPerSecond(10)
          .maxResetsPerSecond(10)
          .maxSettingsBytes(64)
          .maxInterimResponses(3)
          .maxHalfOpenRequests(2)
          .maxConcurrentRequests(1)
          .build();
  private static final Limits QUICK =
      Limits.builder().headerTimeout(Duration.ofMillis(100)).build();

  private static RawPeer client() throws Exception {
    return RawPeer.client(FEW, session -> session.respond(Headers.status(200), NONE)).settled();
  }

  private static void assertExcessive(RawPeer peer) throws Exception {
    assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_EXCESSIVE_LOAD);
  }

  private static byte[] repeated(byte[] octets, int times) {
    byte[][] all = new byte[times][];
    Arrays.fill(all, octets);
    return Bytes.concat(all);
  }

  @Test
  void aFloodOfControlFramesEndsTheConnection() throws Exception {
    try (RawPeer peer = client()) {
      peer.ours().send(repeated(hex("0d0101"), 50));
      assertExcessive(peer);
    }
  }

  // RFC 9204 §4.3.1, §4.4.2: what needs no table is legal, but not without end
  @ParameterizedTest
  @ValueSource(strings = {"02 20", "03 44"})
  void aFloodOfQpackInstructionsEndsTheConnection(String octets) throws Exception {
    try (RawPeer peer = client()) {
      MemoryStream stream = peer.uni(Arrays.copyOf(hex(octets), 1));
      stream.send(repeated(Arrays.copyOfRange(hex(octets), 1, 2), 50));
      assertExcessive(peer);
    }
  }

  @Test
  void aFloodOfUnknownCapsulesEndsTheConnection() throws Exception {
    SessionHandler reads =
        session -> {
          session.respond(Headers.status(200));
          session.acceptDatagramContext();
        };
    try (RawPeer peer = RawPeer.client(FEW, reads).settledWithDatagrams()) {
      peer.bidi(connect("talk"), data(repeated(hex("1700"), 50)));
      assertExcessive(peer);
    }
  }

  @Test
  void aFloodOfRequestsWithMalformedBodiesEndsTheConnection() throws Exception {
    try (RawPeer peer = client()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  peer.message(request("GET", "content-length", "1")).awaitReset();
                  peer.requireAlive();
                }
              })
          .isNotNull();
      assertExcessive(peer);
    }
  }

  @Test
  void aFloodOfUnknownFramesOnARequestEndsTheConnection() throws Exception {
    try (RawPeer peer = client()) {
      peer.bidi(repeated(UNKNOWN, 50));
      assertExcessive(peer);
    }
  }

  @Test
  void aFloodOfEmptyDataFramesEndsTheConnection() throws Exception {
    try (RawPeer peer = RawPeer.server(FEW).settled()) {
      Exchange exchange = peer.exchange(GET);
      exchange.stream().send(response(200), repeated(hex("0000"), 50));
      assertThatThrownBy(() -> exchange.session().bodyReader().read())
          .isInstanceOf(IOException.class);
      assertExcessive(peer);
    }
  }

  @Test
  void aFloodOfCancelledRequestsEndsTheConnection() throws Exception {
    // Many at once, for a request too many while handlers still run would be rejected unread.
    Limits limits = Limits.builder().maxResetsPerSecond(10).build();
    try (RawPeer peer = RawPeer.client(limits, session -> session.bodyReader().read()).settled()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  MemoryStream stream = peer.bidi(request("GET"));
                  stream.awaitPeerReads();
                  stream.reset(0x10c);
                  stream.stopSending(0x10c);
                }
              })
          .isNotNull();
      assertExcessive(peer);
    }
  }

  @Test
  void aFloodOfMalformedRequestsEndsTheConnection() throws Exception {
    try (RawPeer peer = client()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  peer.message(request("GET", "X", "")).awaitReset();
                  peer.requireAlive();
                }
              })
          .isNotNull();
      assertExcessive(peer);
    }
  }

  @Test
  void aFloodOfUnknownStreamsEndsTheConnection() throws Exception {
    try (RawPeer peer = client()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  peer.uni(hex("21")).awaitStop();
                  peer.requireAlive();
                }
              })
          .isNotNull();
      assertExcessive(peer);
    }
  }

  @Test
  void settingsThatAreTooLargeEndTheConnection() throws Exception {
    try (RawPeer peer = RawPeer.server(FEW)) {
      peer.uni(hex("00 04 4041"));
      assertExcessive(peer);
    }
  }

  @Test
  void tooManyInterimResponsesResetTheStream() throws Exception {
    try (RawPeer peer = RawPeer.server(FEW).settled()) {
      Exchange exchange = peer.exchange(GET);
      exchange.stream().send(repeated(response(103), 4));
      assertThatThrownBy(exchange.session()::headers)
          .isInstanceOfSatisfying(
              StreamResetException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.H3_EXCESSIVE_LOAD));
      assertThat(exchange.stream().awaitStop()).isEqualTo(ErrorCode.H3_EXCESSIVE_LOAD.value());
      assertThat(exchange.session().informational()).hasSize(3);
      peer.requireAlive();
    }
  }

  @Test
  void aHalfOpenRequestMoreThanTheLimitIsRejected() throws Exception {
    Limits limits = Limits.builder().maxHalfOpenRequests(2).build();
    try (RawPeer peer =
        RawPeer.client(limits, session -> session.respond(Headers.status(200), NONE)).settled()) {
      MemoryStream first = peer.bidi(hex("01"));
      peer.bidi(hex("01"));
      assertThat(peer.bidi().awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_REJECTED.value());
      first.end(Arrays.copyOfRange(request("GET"), 1, request("GET").length));
      assertThat(frames(first)).containsExactly("HEADERS :status=200");
      assertThat(frames(peer.message(request("GET")))).containsExactly("HEADERS :status=200");
    }
  }

  @Test
  void aRequestMoreThanTwiceTheLimitIsRejectedWhileHandlersRun() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(2);
    try (RawPeer peer =
        RawPeer.client(
                FEW,
                session -> {
                  running.countDown();
                  held.await();
                  session.respond(Headers.status(200), NONE);
                })
            .settled()) {
      MemoryStream first = peer.message(request("GET"));
      peer.message(request("GET"));
      running.await();
      assertThat(peer.bidi().awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_REJECTED.value());
      held.countDown();
      assertThat(frames(first)).containsExactly("HEADERS :status=200");
    }
  }

  @Test
  void headersThatDoNotComeInTimeAreRejected() throws Exception {
    try (RawPeer peer = RawPeer.client(QUICK, session -> {}).settled()) {
      MemoryStream silent = peer.bidi();
      MemoryStream slow = peer.bidi(UNKNOWN, hex("01 10 00"));
      assertThat(silent.awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_REJECTED.value());
      assertThat(slow.awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_REJECTED.value());
      assertThat(slow.awaitStop()).isEqualTo(ErrorCode.H3_REQUEST_REJECTED.value());
      peer.requireAlive();
    }
  }

  @Test
  void settingsThatDoNotComeInTimeEndTheConnection() throws Exception {
    try (RawPeer client = RawPeer.client(QUICK, session -> {});
        RawPeer server = RawPeer.server(QUICK)) {
      client.uni(hex("00 04"));
      assertThat(client.awaitClose()).isEqualTo(ErrorCode.H3_MISSING_SETTINGS);
      assertThat(server.awaitClose()).isEqualTo(ErrorCode.H3_MISSING_SETTINGS);
    }
  }
}
