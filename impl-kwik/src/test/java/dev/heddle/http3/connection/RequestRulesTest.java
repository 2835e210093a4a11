package dev.heddle.http3.connection;

import static dev.heddle.http3.testing.Octets.UNKNOWN;
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
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.RawPeer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server makes of request streams. */
@Timeout(10)
class RequestRulesTest {
  private static final byte[] GET = request("GET");
  private static final byte[] TRAILERS = headers("x", "y");

  static Stream<Arguments> connectionErrors() {
    return Stream.of(
        // RFC 9114 §4.1: a message starts with a header section
        arguments("DATA before HEADERS", data("x"), 0x105),
        // RFC 9114 §4.1: nothing but unknown frames follows the trailers
        arguments("DATA after trailers", concat(GET, TRAILERS, data("x")), 0x105),
        arguments("a third HEADERS", concat(GET, TRAILERS, TRAILERS), 0x105),
        // RFC 9114 §7.2.3, §7.2.4, §7.2.6, §7.2.7: frames of the control stream
        arguments("CANCEL_PUSH", concat(GET, frame(3, hex("00"))), 0x105),
        arguments("SETTINGS", concat(GET, frame(4, hex(""))), 0x105),
        arguments("GOAWAY", concat(GET, frame(7, hex("00"))), 0x105),
        arguments("MAX_PUSH_ID", concat(GET, frame(0xd, hex("00"))), 0x105),
        arguments("SETTINGS before HEADERS", frame(4, hex("")), 0x105),
        // RFC 9218 §7.2: PRIORITY_UPDATE belongs on the control stream
        arguments("PRIORITY_UPDATE", concat(GET, frame(0xf0700, hex("00"))), 0x105),
        arguments("PRIORITY_UPDATE of a push", frame(0xf0701, hex("00")), 0x105),
        // RFC 9114 §7.2.5: PUSH_PROMISE from a client is H3_FRAME_UNEXPECTED
        arguments("PUSH_PROMISE", concat(GET, frame(5, hex("00"))), 0x105),
        // RFC 9114 §7.2.8: frame types of HTTP/2
        arguments("PRIORITY", frame(2, hex("")), 0x105),
        arguments("PING", concat(GET, frame(6, hex(""))), 0x105),
        arguments("WINDOW_UPDATE", concat(GET, frame(8, hex(""))), 0x105),
        arguments("CONTINUATION", concat(GET, frame(9, hex(""))), 0x105),
        // RFC 9114 §7.1: a stream that ends cleanly inside a frame
        arguments("FIN in a type", hex("40"), 0x106),
        arguments("FIN in a length", hex("01"), 0x106),
        arguments("FIN in HEADERS", Arrays.copyOf(GET, GET.length - 1), 0x106),
        arguments("FIN in DATA", concat(GET, hex("00 05 61")), 0x106),
        arguments("FIN in an unknown frame", hex("21 05 61"), 0x106),
        arguments("FIN in an unknown frame behind", concat(GET, hex("21 05 61")), 0x106),
        // RFC 9204 §2.2.3, §3.1, §4.5.1: sections that cannot be decoded
        arguments("an empty section", frame(1, hex("")), 0x200),
        arguments("a dynamic reference", frame(1, hex("0000 80")), 0x200),
        arguments("a static index beyond the table", frame(1, hex("0000 ff24")), 0x200),
        arguments("a Required Insert Count", frame(1, hex("0200 80")), 0x200),
        arguments("a negative Base", frame(1, hex("0080 d1")), 0x200),
        arguments("a string of 2 GiB", frame(1, hex("0000 27 f9ffffff07")), 0x200));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void connectionErrors(String what, byte[] octets, int code) throws Exception {
    try (RawPeer peer = RawPeer.client(Roles::answer)) {
      peer.message(octets);
      assertThat(peer.awaitClose()).isEqualTo(new ErrorCode(code));
    }
  }

  private static byte[] with(String... more) {
    return request("GET", more);
  }

  private static Arguments fields(String what, String... fields) {
    return arguments(what, headers(fields));
  }

  static Stream<Arguments> malformed() {
    return Stream.concat(pseudoFields(), regularFields());
  }

  private static Stream<Arguments> pseudoFields() {
    return Stream.of(
        // RFC 9114 §4.3.1: exactly one :method, :scheme and :path
        fields("no :method", ":scheme", "https", ":authority", "a", ":path", "/"),
        fields("no :scheme", ":method", "GET", ":authority", "a", ":path", "/"),
        fields("no :path", ":method", "GET", ":scheme", "https", ":authority", "a"),
        fields("nothing"),
        arguments("two :method", request("GET", ":method", "GET")),
        arguments("two :path", request("GET", ":path", "/")),
        arguments("a method that is no token", request("G T")),
        // RFC 9114 §4.3: pseudo-fields of responses, unknown ones, and ones behind regular fields
        arguments(":status", with(":status", "200")),
        arguments("an unknown pseudo-field", with(":foo", "x")),
        arguments("an upper-case pseudo-field", with(":Path", "x")),
        fields(
            "a pseudo-field behind", ":method", "GET", ":scheme", "https", "x", "y", ":path", "/"),
        // RFC 9114 §4.3.1: :path is not empty, starts with a slash, or is the * of OPTIONS
        fields("empty :path", ":method", "GET", ":scheme", "https", ":authority", "a", ":path", ""),
        fields("no slash", ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "x"),
        fields("* of GET", ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "*"),
        fields("a space", ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/ x"),
        fields("no scheme", ":method", "GET", ":scheme", "1 ", ":authority", "a", ":path", "/"),
        // RFC 9114 §4.3.1: :authority or host is there, not empty, the same, and names no user
        fields("no authority", ":method", "GET", ":scheme", "https", ":path", "/"),
        fields("empty", ":method", "GET", ":scheme", "https", ":authority", "", ":path", "/"),
        fields("empty host", ":method", "GET", ":scheme", "https", ":path", "/", "host", ""),
        arguments("another host", with("host", "b")),
        arguments("two hosts", with("host", "a", "host", "b")),
        arguments("a host twice", with("host", "a", "host", "a")),
        fields("a user", ":method", "GET", ":scheme", "https", ":authority", "u@a", ":path", "/"),
        // RFC 9114 §4.4: CONNECT has :authority with a port, and neither :scheme nor :path
        arguments("CONNECT with a path", request("CONNECT")),
        fields("CONNECT without authority", ":method", "CONNECT"),
        fields("CONNECT without port", ":method", "CONNECT", ":authority", "a"),
        // RFC 9110 §9.3.6: the port is neither empty nor invalid
        fields("CONNECT to an empty port", ":method", "CONNECT", ":authority", "a:"),
        fields("CONNECT to port 0", ":method", "CONNECT", ":authority", "a:0"),
        fields("CONNECT to port 65536", ":method", "CONNECT", ":authority", "a:65536"),
        fields("CONNECT to no number", ":method", "CONNECT", ":authority", "a:b"),
        // RFC 9220 §3: :protocol needs CONNECT, :scheme, :path and :authority
        arguments(":protocol of GET", with(":protocol", "x")),
        fields("no path", ":method", "CONNECT", ":protocol", "x", ":authority", "a:1"),
        fields("no authority", ":method", "CONNECT", ":protocol", "x", ":scheme", "https"));
  }

  private static Stream<Arguments> regularFields() {
    return Stream.of(
        // RFC 9114 §4.2: no upper case in names
        arguments("an upper-case name", with("Accept", "x")),
        // RFC 9114 §10.3: no characters that names and values cannot have
        arguments("an empty name", with("", "x")),
        arguments("a space in a name", with("a b", "x")),
        arguments("a colon in a name", with("a:b", "x")),
        arguments("an octet above ASCII in a name", with("caf\u00e9", "x")),
        arguments("CR in a value", with("x", "a\rb")),
        arguments("LF in a value", with("x", "a\nb")),
        arguments("NUL in a value", with("x", "a\0b")),
        arguments("white space before a value", with("x", " a")),
        arguments("white space after a value", with("x", "a\t")),
        // RFC 9114 §4.2: no fields that speak of a connection
        arguments("connection", with("connection", "close")),
        arguments("keep-alive", with("keep-alive", "1")),
        arguments("proxy-connection", with("proxy-connection", "close")),
        // RFC 9114 §4.1: Transfer-Encoding has no place
        arguments("transfer-encoding", with("transfer-encoding", "chunked")),
        arguments("upgrade", with("upgrade", "h2c")),
        // RFC 9114 §4.2: te says nothing but trailers
        arguments("te", with("te", "gzip")),
        arguments("te in trailers", concat(GET, headers("te", "trailers"))),
        // RFC 9114 §4.1.2: content-length is a number and what the body has
        arguments("content-length of words", with("content-length", "x")),
        arguments("a negative content-length", with("content-length", "-1")),
        arguments("two content-lengths", with("content-length", "0", "content-length", "1")),
        arguments(
            "a body that is as long as 2^64 + 1 is in 64 bits",
            concat(with("content-length", "18446744073709551617"), data("x"))),
        arguments("a body too short", concat(with("content-length", "2"), data("x"))),
        arguments("a body too long", concat(with("content-length", "2"), data("xyz"))),
        arguments("no body", with("content-length", "1")),
        // RFC 9114 §4.3: no pseudo-fields in trailers
        arguments(":path in trailers", concat(GET, headers(":path", "/"))),
        arguments(":status in trailers", concat(GET, headers(":status", "200"))),
        arguments("connection in trailers", concat(GET, headers("connection", "x"))),
        arguments("upper case in trailers", concat(GET, data("x"), headers("X", "y"))));
  }

  // RFC 9114 §4.1.2: a malformed message is a stream error H3_MESSAGE_ERROR
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String what, byte[] octets) throws Exception {
    try (RawPeer peer = RawPeer.client(Roles::answer)) {
      MemoryStream stream = peer.message(octets);
      assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_MESSAGE_ERROR.value());
      MemoryStream next = peer.message(GET);
      assertThat(frames(next)).containsExactly("HEADERS :status=200");
    }
  }

  static Stream<Arguments> legal() {
    return Stream.of(
        arguments("a request", GET),
        arguments("one behind unknown frames", concat(UNKNOWN, UNKNOWN, GET)),
        arguments("one before unknown frames", concat(GET, UNKNOWN)),
        arguments("unknown between DATA", concat(GET, data("x"), UNKNOWN, data("y"))),
        arguments("unknown around trailers", concat(GET, UNKNOWN, TRAILERS, UNKNOWN)),
        arguments("unknown of a long type", concat(frame(0x3ffffffffffffffeL, hex("00")), GET)),
        arguments("empty DATA", concat(GET, data(""))),
        arguments("trailers", concat(GET, data("x"), TRAILERS)),
        arguments("trailers without fields", concat(GET, headers())),
        arguments("content-length", concat(with("content-length", "3"), data("x"), data("yz"))),
        arguments("content-length twice the same", with("content-length", "0,".substring(0, 1))),
        arguments("te: trailers", with("te", "trailers")),
        arguments("host the same", with("host", "a")),
        arguments("OPTIONS *", options()),
        arguments("cookies", with("cookie", "a=b", "cookie", "c=d")),
        arguments("another scheme", headers(":method", "GET", ":scheme", "x", ":path", "")),
        arguments("octets above ASCII in a value", with("x", "caf\u00e9")),
        arguments("CONNECT", headers(":method", "CONNECT", ":authority", "a:1")),
        arguments("Extended CONNECT", request("CONNECT", ":protocol", "x")));
  }

  private static byte[] options() {
    return headers(":method", "OPTIONS", ":scheme", "https", ":authority", "a", ":path", "*");
  }

  // RFC 9114 §9, §7.2.8: unknown and reserved frames are skipped wherever they come
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void legal(String what, byte[] octets) throws Exception {
    try (RawPeer peer = RawPeer.client(Roles::answer)) {
      assertThat(frames(peer.message(octets))).containsExactly("HEADERS :status=200");
      assertThat(frames(peer.message(UNKNOWN, octets))).containsExactly("HEADERS :status=200");
    }
  }

  // RFC 9114 §4.4: a CONNECT stream carries DATA frames only, of any total length
  @ParameterizedTest
  @MethodSource("tunnelFrames")
  void aTunnelCarriesDataOnly(byte[] octets) throws Exception {
    try (RawPeer peer = RawPeer.client(Roles::answer)) {
      byte[] connect = headers(":method", "CONNECT", ":authority", "a:1", "content-length", "1");
      peer.message(connect, data("abc"), UNKNOWN, octets);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_FRAME_UNEXPECTED);
    }
  }

  static Stream<byte[]> tunnelFrames() {
    return Stream.of(TRAILERS, frame(4, hex("")), frame(5, hex("00")), frame(7, hex("00")));
  }

  // RFC 9114 §4.1: a request stream that ends without a request is H3_REQUEST_INCOMPLETE
  @ParameterizedTest
  @MethodSource("beforeHeaders")
  void aStreamWithoutARequestIsIncomplete(byte[] octets) throws Exception {
    try (RawPeer peer = RawPeer.client(Roles::answer)) {
      MemoryStream stream = peer.message(octets);
      assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_INCOMPLETE.value());
      peer.requireAlive();
    }
  }

  static Stream<byte[]> beforeHeaders() {
    return Stream.of(new byte[0], UNKNOWN);
  }
}
