package dev.heddle.interop;

import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.headers;
import static dev.heddle.interop.Bytes.post;
import static dev.heddle.interop.Violation.malformed;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that RFC 9114 calls malformed: the stream is reset with H3_MESSAGE_ERROR, no handler
 * sees them, and the connection goes on. Sections are RFC 9114's.
 */
@ExtendWith(Rig.Resolver.class)
class MalformedRequestTest {

  static List<Violation> pseudoFields() {
    List<Violation> all = new ArrayList<>();
    String[] names = {":method", ":scheme", ":path"};
    for (String name : names) {
      all.add(malformed("§4.3.1: no " + name, without(name)));
      all.add(malformed("§4.3.1: " + name + " twice", twice(name)));
      all.add(malformed("§4.3.1: an empty " + name, with(name, "")));
    }
    all.add(malformed("§4.3.1: :authority twice", twice(":authority")));
    all.add(malformed("§4.3.1: an empty :authority", with(":authority", "")));
    all.add(malformed("§4.3.1: neither :authority nor host", without(":authority")));
    all.add(
        malformed("§4.3.1: user information in :authority", with(":authority", "me@localhost")));
    all.add(malformed("§4.3: :status in a request", late(":status", "200", false)));
    all.add(malformed("§4.3: an unknown pseudo-field", late(":color", "red", false)));
    all.add(malformed("§4.3: a pseudo-field with an empty name", late(":", "x", false)));
    all.add(malformed("§4.3: a pseudo-field after a regular field", late(":path", "/", true)));
    all.add(malformed("§4.2: a pseudo-field in upper case", late(":METHOD", "GET", false)));
    all.add(malformed("§4.3.1: a method that is no token", with(":method", "GE T")));
    all.add(malformed("§4.3.1: a path without a slash", with(":path", "status")));
    all.add(malformed("§4.3.1: an asterisk as the path of GET", with(":path", "*")));
    all.add(malformed("§4.3.1: a path with a space", with(":path", "/a b")));
    all.add(malformed("§10.3: a path with a line feed", with(":path", "/a\nb")));
    all.add(malformed("§4.3.1: a scheme with a space", with(":scheme", "ht tps")));
    all.add(malformed("§10.3: an authority with a NUL", with(":authority", "local\0host")));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void pseudoFields(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> fields() {
    List<Violation> all = new ArrayList<>();
    all.add(malformed("§4.2: a name in upper case", get("/", "X-Upper", "1")));
    all.add(malformed("§4.2: a name with one upper-case letter", get("/", "x-uppeR", "1")));
    all.add(malformed("§10.3: an empty name", get("/", "", "1")));
    for (String name : List.of("a b", "a:b", "a\0", "a\r", "a\n", "a\u007f", "a\u00e9", "a(b")) {
      all.add(malformed("§10.3: a name with " + printable(name), get("/", name, "1")));
    }
    for (String value : List.of("a\0b", "a\rb", "a\nb", "a\r\nb: c")) {
      all.add(malformed("§10.3: a value with " + printable(value), get("/", "x", value)));
    }
    all.add(malformed("§4.2: connection", get("/", "connection", "close")));
    all.add(malformed("§4.2: keep-alive", get("/", "keep-alive", "timeout=5")));
    all.add(malformed("§4.2: proxy-connection", get("/", "proxy-connection", "keep-alive")));
    all.add(malformed("§4.2: upgrade", get("/", "upgrade", "websocket")));
    all.add(
        malformed(
            "§4.1: transfer-encoding", post("/sink", "transfer-encoding", "chunked"), data("x")));
    all.add(malformed("§4.2: te other than trailers", get("/", "te", "gzip")));
    all.add(malformed("§4.2: te with trailers and more", get("/", "te", "trailers, gzip")));
    all.add(malformed("§4.3.1: host that differs", get("/", "host", "example.org")));
    all.add(malformed("§4.3.1: an empty host beside :authority", get("/", "host", "")));
    all.add(
        malformed(
            "§4.3.1: an empty host alone",
            headers(":method", "GET", ":scheme", "https", ":path", "/", "host", "")));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void fields(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> lengths() {
    return List.of(
        malformed("§4.1.2: a body shorter than announced", length("5"), data("abc")),
        malformed("§4.1.2: a body longer than announced", length("2"), data("ab"), data("c")),
        malformed("§4.1.2: no body where one was announced", length("3")),
        malformed("§4.1.2: a body where none was announced", length("0"), data("x")),
        malformed(
            "§4.1.2: trailers where bytes are missing",
            length("5"),
            data("abc"),
            headers("a", "b")),
        malformed("RFC 9110 §8.6: a content-length of words", length("three"), data("abc")),
        malformed("RFC 9110 §8.6: an empty content-length", length(""), data("abc")),
        malformed("RFC 9110 §8.6: a negative content-length", length("-3"), data("abc")),
        malformed("RFC 9110 §8.6: a content-length with a sign", length("+3"), data("abc")),
        malformed("RFC 9110 §8.6: a hexadecimal content-length", length("0x3"), data("abc")),
        malformed(
            "RFC 9110 §8.6: a content-length above 2^64",
            length("18446744073709551619"),
            data("abc")),
        malformed("RFC 9110 §8.6: two lengths in one field", length("3, 4"), data("abc")),
        malformed(
            "RFC 9110 §8.6: two lengths that differ",
            post("/sink", "content-length", "3", "content-length", "4"),
            data("abc")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void lengths(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> trailers() {
    return List.of(
        trailer("§4.3: a pseudo-field in trailers", ":path", "/"),
        trailer("§4.3: :status in trailers", ":status", "200"),
        trailer("§4.2: a trailer in upper case", "X-Upper", "1"),
        trailer("§4.2: a connection field in trailers", "connection", "close"),
        trailer("§4.2: transfer-encoding in trailers", "transfer-encoding", "chunked"),
        trailer("§10.3: a trailer with a line feed", "x", "a\nb"),
        malformed("§4.1: a second request in place of trailers", post("/sink"), get("/")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void trailers(Violation violation, Rig rig) {
    violation.check(rig);
  }

  private static Violation trailer(String sentence, String name, String value) {
    return malformed(sentence, post("/sink"), data("abc"), headers(name, value));
  }

  private static byte[] length(String value) {
    return post("/sink", "content-length", value);
  }

  private static byte[] without(String name) {
    return edited(name, null, 1);
  }

  private static byte[] with(String name, String value) {
    return edited(name, value, 1);
  }

  private static byte[] twice(String name) {
    return edited(name, null, 2);
  }

  /** A GET where one pseudo-field has another value, is missing, or comes twice. */
  private static byte[] edited(String name, String value, int times) {
    List<String> fields = new ArrayList<>();
    String[] whole = Bytes.request("GET", "/");
    for (int i = 0; i < whole.length; i += 2) {
      boolean chosen = whole[i].equals(name);
      int count = !chosen ? 1 : times == 2 ? 2 : value == null ? 0 : 1;
      for (int j = 0; j < count; j++) {
        fields.add(whole[i]);
        fields.add(chosen && value != null ? value : whole[i + 1]);
      }
    }
    return headers(fields.toArray(String[]::new));
  }

  /** A GET with one more pseudo-field, before or after a regular one; :path is moved there. */
  private static byte[] late(String name, String value, boolean afterRegular) {
    List<String> fields = new ArrayList<>();
    String[] whole = Bytes.request("GET", "/");
    for (int i = 0; i < whole.length; i += 2) {
      if (!whole[i].equals(name)) {
        fields.addAll(List.of(whole[i], whole[i + 1]));
      }
    }
    fields.addAll(afterRegular ? List.of("x-one", "1", name, value) : List.of(name, value));
    return headers(fields.toArray(String[]::new));
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append(c > 0x20 && c < 0x7f ? "" + (char) c : "<" + c + ">"));
    return out.toString();
  }
}
