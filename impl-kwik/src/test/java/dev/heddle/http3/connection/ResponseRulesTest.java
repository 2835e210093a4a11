package dev.heddle.http3.connection;

import static dev.heddle.http3.testing.Octets.UNKNOWN;
import static dev.heddle.http3.testing.Octets.data;
import static dev.heddle.http3.testing.Octets.frame;
import static dev.heddle.http3.testing.Octets.headers;
import static dev.heddle.http3.testing.Octets.response;
import static dev.heddle.http3.wire.Bytes.concat;
import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.RequestRejectedException;
import dev.heddle.Session;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.RawPeer.Exchange;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client makes of responses. */
@Timeout(10)
class ResponseRulesTest {
  private static final byte[] OK = response(200);
  private static final byte[] TRAILERS = headers("x", "y");

  private static String body(Session session) throws Exception {
    session.headers();
    byte[] body = session.bodyReader().readAllBytes();
    session.trailers();
    return new String(body, StandardCharsets.US_ASCII);
  }

  static Stream<Arguments> connectionErrors() {
    return Stream.of(
        // RFC 9114 §4.1: wrong orders of frames
        arguments("DATA first", data("x"), 0x105),
        arguments("DATA behind an interim response", concat(response(103), data("x")), 0x105),
        arguments("DATA behind trailers", concat(OK, TRAILERS, data("x")), 0x105),
        arguments("a third HEADERS", concat(OK, TRAILERS, TRAILERS), 0x105),
        // RFC 9114 §7.2.3, §7.2.4, §7.2.6, §7.2.7: frames of the control stream
        arguments("CANCEL_PUSH", concat(OK, frame(3, hex("00"))), 0x105),
        arguments("SETTINGS", frame(4, hex("")), 0x105),
        arguments("GOAWAY", concat(OK, frame(7, hex("00"))), 0x105),
        arguments("MAX_PUSH_ID", concat(OK, frame(0xd, hex("00"))), 0x105),
        // RFC 9218 §7.2
        arguments("PRIORITY_UPDATE", concat(OK, frame(0xf0700, hex("00"))), 0x105),
        // RFC 9114 §7.2.5: a push id beyond MAX_PUSH_ID, which was never sent, is H3_ID_ERROR
        arguments("PUSH_PROMISE", frame(5, hex("00 0000")), 0x108),
        arguments("PUSH_PROMISE later", concat(OK, frame(5, hex("00 0000"))), 0x108),
        // RFC 9114 §7.2.8
        arguments("PRIORITY", concat(OK, frame(2, hex(""))), 0x105),
        // RFC 9114 §7.1
        arguments("FIN in a frame", concat(OK, hex("00 05 61")), 0x106),
        // RFC 9204 §2.2.3
        arguments("a dynamic reference", frame(1, hex("0000 80")), 0x200));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void connectionErrors(String what, byte[] octets, int code) throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange exchange = peer.exchange(Roles.GET);
      exchange.stream().end(octets);
      Throwable thrown = catchThrowable(() -> body(exchange.session()));
      assertThat(thrown).isInstanceOf(ConnectionClosedException.class);
      assertThat(((ConnectionClosedException) thrown).code()).contains(new ErrorCode(code));
      assertThat(peer.awaitClose()).isEqualTo(new ErrorCode(code));
    }
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        // RFC 9114 §4.3.2: exactly one :status
        arguments("no :status", headers("x", "y")),
        arguments("two :status", headers(":status", "200", ":status", "200")),
        arguments("a short :status", headers(":status", "20")),
        arguments("a long :status", headers(":status", "2000")),
        arguments(":status of words", headers(":status", "abc")),
        arguments(":status below 100", headers(":status", "099")),
        // RFC 9114 §4.3: pseudo-fields of requests
        arguments(":path", response(200, ":path", "/")),
        arguments("a pseudo-field behind", headers("x", "y", ":status", "200")),
        // RFC 9114 §4.5: HTTP/3 has no 101
        arguments("101", response(101)),
        // RFC 9114 §4.1: a response behind the final one is malformed
        arguments("a second final response", concat(OK, OK)),
        arguments("an interim response behind the final one", concat(OK, response(103))),
        // RFC 9114 §4.1: a response without a final one is not whole
        arguments("nothing", new byte[0]),
        arguments("interim only", response(103)),
        // RFC 9114 §4.2
        arguments("upper case", response(200, "Server", "x")),
        arguments("connection", response(200, "connection", "close")),
        arguments("te", response(200, "te", "trailers")),
        arguments("transfer-encoding", response(200, "transfer-encoding", "chunked")),
        // RFC 9114 §10.3
        arguments("NUL", response(200, "x", "\0")),
        // RFC 9114 §4.1.2
        arguments("too short", concat(response(200, "content-length", "2"), data("x"))),
        arguments("too long", concat(response(200, "content-length", "0"), data("x"))),
        arguments("a body of 204", concat(response(204), data("x"))),
        arguments("a body of 304", concat(response(304, "content-length", "1"), data("x"))),
        // RFC 9114 §4.3: pseudo-fields in trailers
        arguments("trailers with :path", concat(OK, headers(":path", "/"))));
  }

  // RFC 9114 §4.1.2: a client never accepts a malformed response
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String what, byte[] octets) throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange exchange = peer.exchange(Roles.GET);
      exchange.stream().end(octets);
      Throwable thrown = catchThrowable(() -> body(exchange.session()));
      assertThat(thrown).isInstanceOf(StreamResetException.class);
      StreamResetException reset = (StreamResetException) thrown;
      assertThat(reset.code()).isEqualTo(ErrorCode.H3_MESSAGE_ERROR);
      assertThat(reset.fromPeer()).isFalse();
      peer.requireAlive();
    }
  }

  static Stream<Arguments> legal() {
    return Stream.of(
        arguments("", OK),
        arguments("", concat(UNKNOWN, response(100), UNKNOWN, response(103), UNKNOWN, OK)),
        arguments("xy", concat(OK, data("x"), UNKNOWN, data("y"), UNKNOWN, TRAILERS, UNKNOWN)),
        arguments("xy", concat(response(200, "content-length", "2"), data("xy"), TRAILERS)),
        arguments("", response(304, "content-length", "5")),
        arguments("", concat(response(204), TRAILERS)),
        arguments("x", concat(response(599), data("x"))));
  }

  // RFC 9114 §4.1, §9: interim responses, trailers, and unknown frames wherever they come
  @ParameterizedTest
  @MethodSource
  void legal(String body, byte[] octets) throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange exchange = peer.exchange(Roles.GET);
      exchange.stream().end(UNKNOWN, octets);
      assertThat(body(exchange.session())).isEqualTo(body);
    }
  }

  @Test
  void interimResponsesAndTrailersAreKeptInOrder() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange exchange = peer.exchange(Roles.GET);
      Session session = exchange.session();
      assertThat(session.informational()).isEmpty();
      exchange.stream().end(response(100), response(103, "link", "x"), OK, TRAILERS);
      assertThat(session.headers()).isEqualTo(Headers.status(200)).isSameAs(session.headers());
      assertThat(session.informational())
          .containsExactly(Headers.status(100), Headers.status(103).with("link", "x"));
      assertThat(session.bodyReader().read()).isEqualTo(-1);
      assertThat(session.trailers()).isEqualTo(Headers.of("x", "y"));
    }
  }

  // RFC 9114 §4.1.2: the response to HEAD may have a content-length and never has a body
  @Test
  void theResponseToHeadHasNoBody() throws Exception {
    Headers head = Headers.request("HEAD", URI.create("https://a/"));
    try (RawPeer peer = RawPeer.server()) {
      Exchange legal = peer.exchange(head);
      legal.stream().end(response(200, "content-length", "5"));
      assertThat(body(legal.session())).isEmpty();
      Exchange malformed = peer.exchange(head);
      malformed.stream().end(response(200, "content-length", "1"), data("x"));
      assertThat(catchThrowable(() -> body(malformed.session())))
          .isInstanceOf(StreamResetException.class);
    }
  }

  // RFC 9114 §4.4: behind a 2xx to CONNECT come DATA frames only; behind another status a message
  @Test
  void connectMakesATunnelOnlyWithSuccess() throws Exception {
    Headers connect = Headers.connect("a:1");
    try (RawPeer peer = RawPeer.server()) {
      Exchange refused = peer.exchange(connect);
      refused.stream().end(response(403, "content-length", "1"), data("x"), TRAILERS);
      assertThat(body(refused.session())).isEqualTo("x");
      Exchange tunnel = peer.exchange(connect);
      tunnel.stream().send(response(200), data("abc"), TRAILERS);
      assertThat(catchThrowable(() -> body(tunnel.session())))
          .isInstanceOf(ConnectionClosedException.class);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_FRAME_UNEXPECTED);
    }
  }

  // RFC 9114 §4.1.1: H3_REQUEST_REJECTED says that nothing was processed
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRejectedRequestIsSafeToRetry(boolean reset) throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Session session = peer.engine().open(Roles.GET);
      var stream = peer.accept(true);
      if (reset) {
        stream.reset(ErrorCode.H3_REQUEST_REJECTED.value());
        assertThat(catchThrowable(session::headers)).isInstanceOf(RequestRejectedException.class);
      } else {
        stream.stopSending(ErrorCode.H3_REQUEST_REJECTED.value());
        assertThat(catchThrowable(() -> session.bodyWriter().write(1)))
            .isInstanceOf(RequestRejectedException.class);
      }
    }
  }

  // RFC 9114 §8: codes that are not known here are those of any abrupt end, and stay numbers
  @Test
  void anUnknownResetCodeArrivesAsItIs() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange exchange = peer.exchange(Roles.GET);
      exchange.stream().reset(0x3fff_ffff_ffff_ffffL);
      assertThat(catchThrowable(exchange.session()::headers))
          .isInstanceOfSatisfying(
              StreamResetException.class,
              e -> assertThat(e.code().value()).isEqualTo(0x3fff_ffff_ffff_ffffL));
    }
  }
}
