package dev.heddle.http3.connection;

import static dev.heddle.http3.testing.Octets.data;
import static dev.heddle.http3.testing.Octets.frame;
import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.headers;
import static dev.heddle.http3.testing.Octets.request;
import static dev.heddle.http3.wire.Bytes.concat;
import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.RawPeer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server whose handlers answer without a look at what follows the headers of a request. */
@Timeout(10)
class UnreadRequestTest {
  private static final SessionHandler WHOLE =
      session -> session.respond(Headers.status(200), "ok".getBytes());

  private static final SessionHandler STREAMED =
      session -> {
        session.respond(Headers.status(200));
        session.bodyWriter().write('x');
      };

  private static final List<SessionHandler> BOTH = List.of(WHOLE, STREAMED);

  static Stream<Arguments> connectionErrors() {
    return RequestRulesTest.connectionErrors();
  }

  // RFC 9114 §4.1, §7.1, §7.2: a violation is one whether or not a program asks for the body
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void connectionErrors(String what, byte[] octets, int code) throws Exception {
    for (SessionHandler handler : BOTH) {
      try (RawPeer peer = RawPeer.client(handler)) {
        peer.message(octets);
        assertThat(peer.awaitClose()).isEqualTo(new ErrorCode(code));
      }
    }
  }

  static Stream<Arguments> malformed() {
    return RequestRulesTest.malformed();
  }

  // RFC 9114 §4.1.2: a malformed request that is detected is H3_MESSAGE_ERROR, and is not answered
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String what, byte[] octets) throws Exception {
    for (SessionHandler handler : BOTH) {
      try (RawPeer peer = RawPeer.client(handler)) {
        MemoryStream stream = peer.message(octets);
        assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_MESSAGE_ERROR.value());
        assertThat(stream.peerWrites()).isZero();
        peer.requireAlive();
      }
    }
  }

  static Stream<Arguments> inTwoParts() {
    byte[] get = request("GET");
    return Stream.of(
        arguments("SETTINGS", get, frame(4, hex("")), 0x105),
        arguments("DATA behind trailers", concat(get, headers("x", "y")), data("x"), 0x105),
        arguments("FIN in a frame", get, hex("00 05 61"), 0x106),
        arguments("a dynamic reference in trailers", get, frame(1, hex("0000 80")), 0x200));
  }

  // A request without a body ends at once, be it in a packet of its own
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void inTwoParts(String what, byte[] first, byte[] second, int code) throws Exception {
    for (SessionHandler handler : BOTH) {
      try (RawPeer peer = RawPeer.client(handler)) {
        MemoryStream stream = peer.bidi(first);
        stream.end(second);
        assertThat(peer.awaitClose()).isEqualTo(new ErrorCode(code));
      }
    }
  }

  // RFC 9114 §4.1.2: what comes behind the answer is checked for a while
  @Test
  void aViolationRightBehindTheAnswerIsNoticed() throws Exception {
    try (RawPeer peer = RawPeer.client(WHOLE)) {
      MemoryStream stream = peer.bidi(request("POST"), data("some"));
      assertThat(frames(stream)).containsExactly("HEADERS :status=200", "DATA ok");
      stream.send(frame(4, hex("")));
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_FRAME_UNEXPECTED);
    }
  }

  // RFC 9114 §4.1: a server that answers early and reads no more says so with H3_NO_ERROR
  @Test
  void aRequestWithoutEndIsAnsweredAndStopped() throws Exception {
    for (byte[] first : List.of(request("GET"), request("POST", "content-length", "9"))) {
      try (RawPeer peer = RawPeer.client(WHOLE)) {
        MemoryStream stream = peer.bidi(first);
        assertThat(frames(stream)).containsExactly("HEADERS :status=200", "DATA ok");
        assertThat(stream.awaitStop()).isEqualTo(ErrorCode.H3_NO_ERROR.value());
        peer.requireAlive();
      }
    }
  }

  // RFC 9114 §4.4: whoever tunnels is answered at once, and loses nothing
  @Test
  void whatWasLookedAtCanStillBeRead() throws Exception {
    byte[] large = new byte[100_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 7);
    }
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    CompletableFuture<Headers> trailers = new CompletableFuture<>();
    SessionHandler late =
        session -> {
          session.respond(Headers.status(200));
          read.complete(session.bodyReader().readAllBytes());
          trailers.complete(session.trailers());
        };
    try (RawPeer peer = RawPeer.client(late)) {
      peer.message(request("POST"), data("abc"), data(""), data(large), headers("x", "y"));
      assertThat(read.get(10, TimeUnit.SECONDS))
          .hasSize(100_003)
          .startsWith('a', 'b', 'c')
          .endsWith(large);
      assertThat(trailers.get(10, TimeUnit.SECONDS)).isEqualTo(Headers.of("x", "y"));
    }
  }

  @Test
  void trailersStillWaitUntilTheBodyWasRead() throws Exception {
    CompletableFuture<Throwable> met = new CompletableFuture<>();
    SessionHandler hasty =
        session -> {
          session.respond(Headers.status(200));
          try {
            session.trailers();
          } catch (IllegalStateException e) {
            met.complete(e);
          }
        };
    try (RawPeer peer = RawPeer.client(hasty)) {
      peer.message(request("POST"), data("abc"), headers("x", "y"));
      assertThat(met.get(10, TimeUnit.SECONDS)).hasMessageContaining("come after the body");
    }
  }
}
