package dev.heddle.interop;

import static dev.heddle.interop.Bytes.claim;
import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.headers;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.settings;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Script.decent;
import static dev.heddle.interop.Violation.closes;
import static dev.heddle.interop.Violation.resets;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Violations behind the headers of requests whose endpoints read nothing else: in the packet of the
 * headers, and in the next one. Sections are RFC 9114's.
 */
@ExtendWith(Rig.Resolver.class)
class UnreadRequestAbuseTest {
  private static final List<String> PATHS =
      List.of("/", "/headers", "/bytes?n=10", "/trailers", "/status?code=204", "/no-such-thing");
  private static final byte[] TRAILERS = headers("x-checksum", "1");

  static List<Violation> connectionErrors() {
    List<Violation> all = new ArrayList<>();
    for (String path : PATHS) {
      add(all, path, "§7.2.4: SETTINGS", Code.H3_FRAME_UNEXPECTED, settings());
      add(all, path, "§7.2.6: GOAWAY", Code.H3_FRAME_UNEXPECTED, frame(Bytes.GOAWAY, varint(0)));
      add(all, path, "§7.2.8: PING of HTTP/2", Code.H3_FRAME_UNEXPECTED, frame(6, hex("00")));
      add(all, path, "§7.1: half a frame", Code.H3_FRAME_ERROR, claim(Bytes.DATA, 9), hex("01"));
      add(all, path, "§4.1: DATA behind trailers", Code.H3_FRAME_UNEXPECTED, TRAILERS, data("x"));
      add(
          all,
          path,
          "RFC 9204 §2.2.3: trailers that refer to the dynamic table",
          Code.QPACK_DECOMPRESSION_FAILED,
          frame(Bytes.HEADERS, hex("0000 80")));
      add(
          all,
          path,
          "RFC 9218 §7.2: PRIORITY_UPDATE",
          Code.H3_FRAME_UNEXPECTED,
          frame(0xf0700, varint(0)));
    }
    return all;
  }

  private static void add(
      List<Violation> all, String path, String what, long code, byte[]... behind) {
    String sentence = what + " behind the headers for " + path;
    byte[] rest = Bytes.cat(behind);
    all.add(closes(sentence, decent().bidiWithEnd("r", get(path), rest), code));
    all.add(
        closes(
            sentence + ", in a packet of its own",
            decent().bidi("r", get(path)).writeWithEnd("r", rest),
            code));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void connectionErrors(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> malformed() {
    List<Violation> all = new ArrayList<>();
    for (String path : PATHS) {
      String at = " at " + path;
      stream(all, "§4.1.2: a body too short" + at, get(path, "content-length", "5"), data("abc"));
      stream(all, "§4.1.2: a body too long" + at, get(path, "content-length", "2"), data("abc"));
      stream(all, "§4.1.2: no body" + at, get(path, "content-length", "1"), frame(Bytes.GREASE));
      stream(all, "§4.3: pseudo-fields in trailers" + at, get(path), headers(":path", "/"));
      stream(all, "§4.1: a second request" + at, get(path), get(path));
      stream(all, "§4.2: te in trailers" + at, get(path), headers("te", "trailers"));
    }
    return all;
  }

  private static void stream(List<Violation> all, String sentence, byte[] first, byte[] rest) {
    all.add(resets(sentence, decent().bidiWithEnd("r", first, rest), Code.H3_MESSAGE_ERROR));
    all.add(
        resets(
            sentence + ", in two packets",
            decent().bidi("r", first).writeWithEnd("r", rest),
            Code.H3_MESSAGE_ERROR));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(Violation violation, Rig rig) {
    violation.check(rig);
  }
}
