package dev.heddle.interop;

import static dev.heddle.interop.Bytes.GREASE;
import static dev.heddle.interop.Bytes.cat;
import static dev.heddle.interop.Bytes.claim;
import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.headers;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.post;
import static dev.heddle.interop.Bytes.settings;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Script.decent;
import static dev.heddle.interop.Violation.closes;
import static dev.heddle.interop.Violation.resets;
import static dev.heddle.interop.Violation.tolerated;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames on request streams, out of place, cut short or unknown. Sections are RFC 9114's. */
@ExtendWith(Rig.Resolver.class)
class RequestFrameAbuseTest {
  private static final byte[] TRAILERS = headers("x-checksum", "1");

  static List<Violation> outOfPlace() {
    List<Violation> all = new ArrayList<>();
    all.add(unexpected("§4.1: DATA before HEADERS", data("x"), get("/")));
    all.add(unexpected("§4.1: an empty DATA frame before HEADERS", frame(Bytes.DATA), get("/")));
    all.add(unexpected("§4.1: DATA after trailers", post("/sink"), TRAILERS, data("x")));
    all.add(unexpected("§4.1: HEADERS after trailers", post("/sink"), TRAILERS, TRAILERS));
    all.add(unexpected("§7.2.4: SETTINGS on a request stream", settings(), get("/")));
    all.add(unexpected("§7.2.4: SETTINGS within a body", post("/sink"), data("x"), settings()));
    all.add(
        unexpected(
            "§7.2.3: CANCEL_PUSH on a request stream",
            post("/sink"),
            frame(Bytes.CANCEL_PUSH, varint(0))));
    all.add(
        unexpected(
            "§7.2.6: GOAWAY on a request stream", post("/sink"), frame(Bytes.GOAWAY, varint(0))));
    all.add(
        unexpected(
            "§7.2.7: MAX_PUSH_ID on a request stream",
            post("/sink"),
            frame(Bytes.MAX_PUSH_ID, varint(0))));
    all.add(
        unexpected(
            "§7.2.5: PUSH_PROMISE from a client",
            post("/sink"),
            frame(Bytes.PUSH_PROMISE, varint(0), Bytes.section("a", "b"))));
    for (long type : new long[] {0x02, 0x06, 0x08, 0x09}) {
      all.add(
          unexpected(
              "§7.2.8: HTTP/2 frame type 0x0" + type + " in place of HEADERS",
              frame(type, hex("00 00 00 00")),
              get("/")));
      all.add(
          unexpected(
              "§7.2.8: HTTP/2 frame type 0x0" + type + " within a body",
              post("/sink"),
              data("x"),
              frame(type, hex("00 00 00 00"))));
    }
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outOfPlace")
  void framesOutOfPlaceCloseTheConnection(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> cutShort() {
    return List.of(
        truncated("HEADERS without a length", hex("01")),
        truncated("HEADERS that end in their length", hex("01 c0 00")),
        truncated("HEADERS without their payload", claim(Bytes.HEADERS, 20)),
        truncated("HEADERS with half their payload", claim(Bytes.HEADERS, 500), hex("00 00 d1")),
        truncated("a frame type cut short", post("/sink"), data("x"), hex("c0 00 00")),
        truncated("DATA without a length", post("/sink"), hex("00")),
        truncated("DATA that lack a byte", post("/sink"), claim(Bytes.DATA, 6), hex("01 02 03")),
        truncated(
            "DATA that claim 2^62-1 bytes", post("/sink"), claim(0, (1L << 62) - 1), hex("01")),
        truncated(
            "trailers that lack a byte", post("/sink"), claim(Bytes.HEADERS, 9), hex("00 00")),
        truncated(
            "an unknown frame that lacks a byte", post("/sink"), claim(GREASE, 2), hex("00")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cutShort")
  void framesThatTheEndOfTheStreamCutsShortCloseTheConnection(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> incomplete() {
    return List.of(
        resets(
            "§4.1: a stream that ends without a request",
            decent().bidiWithEnd("r"),
            Code.H3_REQUEST_INCOMPLETE),
        resets(
            "§4.1: a stream that ends after an unknown frame",
            decent().bidiWithEnd("r", frame(GREASE, hex("01"))),
            Code.H3_REQUEST_INCOMPLETE),
        new Violation(
            "§7.1: a stream that is reset within a frame does no harm",
            decent()
                .bidi("a", claim(Bytes.HEADERS, 100), hex("00"))
                .bidi("b", post("/sink"), claim(Bytes.DATA, 100), hex("00"))
                .bidi("c", post("/echo"), data("hello"))
                .awaitBytes("c", 5)
                .reset("a", Code.H3_REQUEST_CANCELLED)
                .reset("b", Code.H3_REQUEST_CANCELLED)
                .reset("c", Code.H3_REQUEST_CANCELLED)
                .thenGet("r"),
            seen -> Violation.servedOn(seen, "r", "200")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("incomplete")
  void requestsThatNeverBecomeWholeEndAlone(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> strange() {
    return List.of(
        tolerated(
            "§4.1: unknown frames before, between and after the others",
            decent()
                .bidiWithEnd(
                    "r",
                    frame(GREASE),
                    frame(0x21, hex("01 02 03")),
                    post("/sink"),
                    frame(GREASE, new byte[3_000]),
                    data("abc"),
                    frame(GREASE),
                    data("def"),
                    frame(0x4242, hex("00")),
                    TRAILERS,
                    frame(GREASE, hex("00")))),
        tolerated(
            "§7.2.1: empty DATA frames",
            decent()
                .bidiWithEnd(
                    "r", post("/sink"), frame(0), frame(0), data("abc"), frame(0), frame(0))),
        tolerated(
            "§7.1: type and length longer than they need to be",
            decent()
                .bidiWithEnd(
                    "r",
                    hex("4001 8000"),
                    length(Bytes.section(Bytes.request("GET", "/"))),
                    Bytes.section(Bytes.request("GET", "/")))),
        tolerated(
            "§7.1: a request that comes byte by byte",
            decent()
                .bidi("r")
                .dribble("r", cat(post("/sink", "content-length", "4"), data("ab"), data("cd")))
                .writeWithEnd("r")),
        tolerated(
            "§4.1: the end of the stream in a packet of its own",
            decent().bidi("r", post("/sink"), data("x")).pause(100).writeWithEnd("r")),
        tolerated(
            "§7.2.1: a thousand DATA frames of one byte",
            decent()
                .bidiWithEnd(
                    "r", post("/sink", "content-length", "1000"), Bytes.times(1_000, data("x")))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strange")
  void framesThatAreStrangeButLegalAreTolerated(Violation violation, Rig rig) {
    violation.check(rig);
  }

  private static Violation unexpected(String sentence, byte[]... bytes) {
    return closes(sentence, decent().bidiWithEnd("r", bytes), Code.H3_FRAME_UNEXPECTED);
  }

  private static Violation truncated(String what, byte[]... bytes) {
    return closes("§7.1: " + what, decent().bidiWithEnd("r", bytes), Code.H3_FRAME_ERROR);
  }

  /** The lower two bytes of a four-byte length whose upper half is there already. */
  private static byte[] length(byte[] section) {
    return new byte[] {(byte) (section.length >>> 8), (byte) section.length};
  }
}
