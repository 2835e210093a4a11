package dev.heddle.interop;

import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.headers;
import static dev.heddle.interop.Bytes.post;
import static dev.heddle.interop.Script.decent;
import static dev.heddle.interop.Violation.answered;
import static dev.heddle.interop.Violation.malformed;
import static dev.heddle.interop.Violation.tolerated;

import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CONNECT and Extended CONNECT, well and badly made, and what looks wrong but is right. */
@ExtendWith(Rig.Resolver.class)
class ConnectFormTest {

  static List<Violation> badlyMade() {
    return List.of(
        malformed(
            "RFC 9114 §4.4: CONNECT with :path",
            headers(":method", "CONNECT", ":authority", "example.org:443", ":path", "/")),
        malformed(
            "RFC 9114 §4.4: CONNECT with :scheme",
            headers(":method", "CONNECT", ":authority", "example.org:443", ":scheme", "https")),
        malformed(
            "RFC 9114 §4.4: CONNECT with all pseudo-fields",
            headers(Bytes.request("CONNECT", "/"))),
        malformed("RFC 9114 §4.4: CONNECT without :authority", headers(":method", "CONNECT")),
        malformed(
            "RFC 9114 §4.4: CONNECT with an empty :authority",
            headers(":method", "CONNECT", ":authority", "")),
        malformed(
            "RFC 9114 §4.4: CONNECT without a port",
            headers(":method", "CONNECT", ":authority", "example.org")),
        malformed(
            "RFC 8441 §4: :protocol without CONNECT",
            headers(
                ":method",
                "GET",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":authority",
                "localhost",
                ":path",
                "/")),
        malformed(
            "RFC 8441 §4: Extended CONNECT without :path",
            headers(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":authority",
                "localhost")),
        malformed(
            "RFC 8441 §4: Extended CONNECT without :scheme",
            headers(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":authority",
                "localhost",
                ":path",
                "/")),
        malformed(
            "RFC 8441 §4: Extended CONNECT without :authority",
            headers(
                ":method", "CONNECT", ":protocol", "websocket", ":scheme", "https", ":path", "/")),
        malformed(
            "RFC 8441 §4: :protocol twice",
            headers(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":authority",
                "localhost",
                ":path",
                "/")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badlyMade")
  void connectRequestsOfTheWrongFormAreMalformed(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> wellMade() {
    return List.of(
        answered(
            "CONNECT without :protocol gets 501",
            decent().bidiWithEnd("r", headers(":method", "CONNECT", ":authority", "a.example:443")),
            "501"),
        answered(
            "an unknown :protocol gets 501",
            decent()
                .bidiWithEnd(
                    "r",
                    headers(
                        ":method",
                        "CONNECT",
                        ":protocol",
                        "gopher",
                        ":scheme",
                        "https",
                        ":authority",
                        "localhost",
                        ":path",
                        "/")),
            "501"),
        answered(
            "an unknown path gets 404", decent().bidiWithEnd("r", get("/no-such-thing")), "404"),
        answered(
            "an unknown method on a known path gets 405",
            decent().bidiWithEnd("r", headers(Bytes.request("BREW", "/bytes?n=1"))),
            "405"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wellMade")
  void requestsThatAreRefusedByStatusKeepTheirStream(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> legal() {
    return List.of(
        ok("§4.2: te with trailers", get("/", "te", "trailers")),
        ok("§4.3.1: host that says the same", get("/", "host", "localhost")),
        ok(
            "§4.3.1: host in place of :authority",
            headers(":method", "GET", ":scheme", "https", ":path", "/", "host", "localhost")),
        ok(
            "§4.3: pseudo-fields in another order",
            headers(":path", "/", ":authority", "localhost", ":scheme", "https", ":method", "GET")),
        ok("§4.2.1: cookie crumbs", get("/", "cookie", "a=b", "cookie", "c=d", "cookie", "e=f")),
        ok("RFC 9110 §5.5: a value of bytes above 0x7f", get("/", "x", "\u00e4\u00f6\u00fc")),
        ok("RFC 9110 §5.5: a value with a tab inside", get("/", "x", "a\tb")),
        ok("RFC 9110 §5.1: every legal character in a name", get("/", "!#$%&'*+-.^_`|~09az", "1")),
        ok("§4.1.2: a content-length that is right", length("3"), data("a"), data("bc")),
        ok("§4.1.2: a content-length of 0", length("0")),
        ok("RFC 9110 §8.6: a content-length with leading zeros", length("0003"), data("abc")),
        ok("§4.1: trailers without a body", post("/sink"), headers("x", "1")),
        ok("§4.1: an empty trailer section", post("/sink"), data("a"), headers()),
        ok("§4.2.2: a field section of 60,000 bytes", get("/", "x", "a".repeat(59_000))),
        ok("RFC 9110 §9.3.8: a body on GET", get("/"), data("ignored")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("legal")
  void requestsThatLookWrongButAreRightAreServed(Violation violation, Rig rig) {
    violation.check(rig);
  }

  private static Violation ok(String sentence, byte[]... request) {
    return tolerated(sentence, decent().bidiWithEnd("r", request));
  }

  private static byte[] length(String value) {
    return post("/sink", "content-length", value);
  }
}
