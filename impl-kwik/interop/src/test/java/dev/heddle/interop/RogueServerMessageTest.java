package dev.heddle.interop;

import static dev.heddle.interop.Bytes.GOAWAY;
import static dev.heddle.interop.Bytes.GREASE;
import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.headers;
import static dev.heddle.interop.Bytes.times;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Trap.legal;
import static dev.heddle.interop.Trap.malformed;
import static dev.heddle.interop.Trap.malformedAtEnd;
import static dev.heddle.interop.Trap.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.RequestRejectedException;
import dev.heddle.Session;
import dev.heddle.StreamResetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Responses, malformed and strange, and other ends of a request. Sections are RFC 9114's. */
@ExtendWith(Rig.Resolver.class)
@Timeout(60)
class RogueServerMessageTest {
  private static final byte[] OK = headers(":status", "200");

  static List<Trap> malformedResponses() {
    List<Trap> all = new ArrayList<>();
    all.add(malformed("§4.3.2: no :status", headers("x", "1")));
    for (String status : List.of("", "abc", "20", "2000", "2 0", "-20", "099", "101")) {
      all.add(malformed("§4.3.2: the status '" + status + "'", headers(":status", status)));
    }
    all.add(malformed("§4.3.2: :status twice", headers(":status", "200", ":status", "200")));
    all.add(malformed("§4.3: :path in a response", headers(":status", "200", ":path", "/")));
    all.add(malformed("§4.3: an unknown pseudo-field", headers(":status", "200", ":x", "1")));
    all.add(malformed("§4.3: :status after a field", headers("x", "1", ":status", "200")));
    all.add(malformed("§4.2: a name in upper case", field("X-Upper", "1")));
    all.add(malformed("§10.3: an empty name", field("", "1")));
    all.add(malformed("§10.3: a name with a space", field("a b", "1")));
    all.add(malformed("§10.3: a value with a line feed", field("x", "a\nb")));
    all.add(malformed("§10.3: a value with a NUL", field("x", "a\0b")));
    all.add(malformed("§4.2: connection", field("connection", "close")));
    all.add(malformed("§4.2: keep-alive", field("keep-alive", "timeout=5")));
    all.add(malformed("§4.2: upgrade", field("upgrade", "h2c")));
    all.add(malformed("§4.1: transfer-encoding", field("transfer-encoding", "chunked")));
    all.add(malformed("§4.2: te in a response", field("te", "gzip")));
    all.add(malformed("§4.1: a second final response", OK, data("x"), headers(":status", "200")));
    all.add(
        malformed("§4.1: an interim response after the final one", OK, headers(":status", "103")));
    all.add(malformed("§4.3: a pseudo-field in trailers", OK, data("x"), headers(":path", "/")));
    all.add(malformed("§4.2: a trailer in upper case", OK, data("x"), headers("X", "1")));
    all.add(malformed("§4.1.2: a body longer than announced", length("2"), data("abc")));
    all.add(malformed("RFC 9110 §8.6: a content-length of words", length("two"), data("ab")));
    all.add(malformed("RFC 9110 §8.6: a negative content-length", length("-2"), data("ab")));
    all.add(
        malformed(
            "RFC 9110 §8.6: two lengths that differ",
            headers(":status", "200", "content-length", "2", "content-length", "3")));
    all.add(malformedAtEnd("§4.1.2: a body shorter than announced", length("5"), data("abc")));
    all.add(malformedAtEnd("§4.1.2: no body where one was announced", length("5")));
    all.add(
        malformedAtEnd("§4.1: an interim response and nothing more", headers(":status", "103")));
    all.add(malformedAtEnd("§4.1: nothing at all"));
    all.add(malformed("§4.1.2: a body in a response to HEAD", "HEAD", length("3"), data("abc")));
    all.add(malformed("§4.1.2: a body with status 204", headers(":status", "204"), data("x")));
    all.add(malformed("§4.1.2: a body with status 304", headers(":status", "304"), data("x")));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformedResponses(Trap trap, Rig rig) throws Exception {
    trap.check(rig);
  }

  static List<Trap> strange() {
    return List.of(
        legal(
            "§4.1: unknown frames everywhere",
            taken()
                .writeWithEnd(
                    "r",
                    frame(GREASE),
                    headers(":status", "103"),
                    frame(0x21, new byte[5_000]),
                    OK,
                    frame(GREASE),
                    data("abc"),
                    frame(GREASE),
                    headers("x", "1"),
                    frame(GREASE)),
            session -> body(session, "abc")),
        legal(
            "§6.2: unknown streams",
            taken()
                .uni("a", varint(GREASE), new byte[100])
                .uniWithEnd("b", varint(0x4242))
                .uniWithEnd("c")
                .writeWithEnd("r", OK, data("abc")),
            session -> body(session, "abc")),
        legal(
            "§4.1: a response that comes byte by byte",
            taken().dribble("r", Bytes.cat(OK, data("ab"), data("c"))).writeWithEnd("r"),
            session -> body(session, "abc")),
        legal(
            "§4.1: a response before SETTINGS",
            Script.bare()
                .accept("r")
                .awaitEnd("r")
                .writeWithEnd("r", OK, data("abc"))
                .pause(100)
                .uni("control", new byte[] {0}, Bytes.settings()),
            session -> body(session, "abc")),
        legal(
            "§4.1.2: 304 with a content-length and no body",
            taken().writeWithEnd("r", headers(":status", "304", "content-length", "99")),
            session -> body(session, "")),
        new Trap(
            "§4.1.2: HEAD with a content-length and no body",
            "HEAD",
            taken().writeWithEnd("r", length("99")).awaitClose(),
            session -> body(session, ""),
            seen -> {}),
        legal(
            "§5.2: GOAWAY for later requests lets this one end",
            taken()
                .write("control", frame(GOAWAY, varint((1L << 62) - 4)), frame(GOAWAY, varint(4)))
                .pause(50)
                .writeWithEnd("r", OK, data("abc")),
            session -> body(session, "abc")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void strange(Trap trap, Rig rig) throws Exception {
    trap.check(rig);
  }

  static List<Trap> ends() {
    List<Trap> all = new ArrayList<>();
    for (long code : new long[] {0, 0x100, 0x102, 0x10c, 0x10d, 0xdeadbeefL, (1L << 62) - 1}) {
      all.add(
          legal(
              "§8: a reset with code " + Violation.hex(code),
              taken().write("r", OK, data("abc")).reset("r", code),
              session -> {
                StreamResetException e = failed(session, StreamResetException.class);
                assertThat(e.code()).isEqualTo(new ErrorCode(code));
                assertThat(e.fromPeer()).isTrue();
              }));
    }
    for (long code : new long[] {0, 0x100, 0x102, 0x110, 0xdeadbeefL}) {
      all.add(
          legal(
              "§5.3: a connection close with code " + Violation.hex(code),
              taken().close(code, "the reason"),
              session -> {
                ConnectionClosedException e = failed(session, ConnectionClosedException.class);
                assertThat(e.origin()).isEqualTo(ConnectionClosedException.Origin.PEER);
                assertThat(e.code()).contains(new ErrorCode(code));
                assertThat(e.reason()).isEqualTo("the reason");
              }));
    }
    all.add(
        legal(
            "§4.1.1: a reset with H3_REQUEST_REJECTED is safe to retry",
            taken().reset("r", Code.H3_REQUEST_REJECTED),
            session -> failed(session, RequestRejectedException.class)));
    all.add(
        legal(
            "§5.2: GOAWAY that leaves this request out is safe to retry",
            taken().write("control", frame(GOAWAY, varint(0))),
            session -> failed(session, RequestRejectedException.class)));
    all.add(
        legal(
            "§5.1: a server that falls silent ends in the idle time-out",
            taken().option("idleMillis", 1_500),
            session -> failed(session, Http3Exception.class)));
    all.add(
        legal(
            "§4.2.2: a response of 100,000 field bytes is given up, alone",
            taken().write("r", headers(":status", "200", "x", "a".repeat(100_000))),
            session ->
                assertThat(failed(session, StreamResetException.class).fromPeer()).isFalse()));
    all.add(
        legal(
            "§10.5: interim responses without end are given up",
            taken().writeTimes(5_000, "r", times(100, headers(":status", "103"))),
            session ->
                assertThat(failed(session, Http3Exception.class))
                    .isNotInstanceOf(RequestRejectedException.class)));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void ends(Trap trap, Rig rig) throws Exception {
    trap.check(rig);
  }

  private static <T> T failed(Session session, Class<T> kind) {
    Throwable failure = Trap.failure(session);
    assertThat(failure).isInstanceOf(kind);
    return kind.cast(failure);
  }

  private static void body(Session session, String expected) throws Exception {
    Headers headers = session.headers();
    assertThat(headers.status()).isPresent();
    assertThat(new String(session.bodyReader().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(expected);
  }

  private static byte[] field(String name, String value) {
    return headers(":status", "200", name, value);
  }

  private static byte[] length(String value) {
    return field("content-length", value);
  }
}
