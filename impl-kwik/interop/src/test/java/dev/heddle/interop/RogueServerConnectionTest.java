package dev.heddle.interop;

import static dev.heddle.interop.Bytes.CANCEL_PUSH;
import static dev.heddle.interop.Bytes.GOAWAY;
import static dev.heddle.interop.Bytes.GREASE;
import static dev.heddle.interop.Bytes.MAX_PUSH_ID;
import static dev.heddle.interop.Bytes.PUSH_PROMISE;
import static dev.heddle.interop.Bytes.cat;
import static dev.heddle.interop.Bytes.claim;
import static dev.heddle.interop.Bytes.data;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.headers;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.settings;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Trap.closes;
import static dev.heddle.interop.Trap.taken;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers whose misdeeds our client must answer by closing the connection. RFC 9114's sections. */
@ExtendWith(Rig.Resolver.class)
@Timeout(60)
class RogueServerConnectionTest {
  private static final byte[] OK = headers(":status", "200");
  private static final byte[] TRAILERS = headers("x-checksum", "1");

  static List<Trap> eitherRole() {
    return ControlStreamViolations.all().stream()
        .map(row -> closes(row.sentence(), accepted().then(row.script()), row.codes()))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void eitherRole(Trap trap, Rig rig) throws Exception {
    trap.check(rig);
  }

  static List<Trap> serversOnly() {
    return List.of(
        closes(
            "§4.6: a push stream, though no push was allowed",
            taken().uni("push", hex("01 00"), OK),
            Code.H3_ID_ERROR),
        closes(
            "§7.2.5: PUSH_PROMISE, though no push was allowed",
            promise(frame(PUSH_PROMISE, varint(0), Bytes.section(Bytes.request("GET", "/")))),
            Code.H3_ID_ERROR),
        closes("§7.1: PUSH_PROMISE without an id", promise(frame(PUSH_PROMISE)), layoutOrId()),
        closes(
            "§7.2.7: MAX_PUSH_ID from a server",
            control(frame(MAX_PUSH_ID, varint(1))),
            Code.H3_FRAME_UNEXPECTED),
        closes(
            "§7.2.3: CANCEL_PUSH of a push beyond what was allowed",
            control(frame(CANCEL_PUSH, varint(7))),
            Code.H3_ID_ERROR),
        new Trap(
            "§6.1: a bidirectional stream from a server, should there be credit for one",
            "GET",
            taken().bidiIfCredit("b", hex("01")).pause(200).writeWithEnd("r", OK).awaitClose(),
            session -> session.connection().peerSettings(),
            RogueServerConnectionTest::noServerStream),
        closes(
            "§7.2.6: GOAWAY with the id of a server's stream",
            control(frame(GOAWAY, varint(1))),
            Code.H3_ID_ERROR),
        closes(
            "§7.2.6: GOAWAY with the id of a unidirectional stream",
            control(frame(GOAWAY, varint(6))),
            Code.H3_ID_ERROR),
        closes(
            "§5.2: GOAWAY with a larger id than before",
            control(frame(GOAWAY, varint(4)), frame(GOAWAY, varint(8))),
            Code.H3_ID_ERROR));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void serversOnly(Trap trap, Rig rig) throws Exception {
    trap.check(rig);
  }

  static List<Trap> frames() {
    List<Trap> all = new ArrayList<>();
    all.add(unexpected("§4.1: DATA before HEADERS", data("x"), OK));
    all.add(
        unexpected("§4.1: DATA after an interim response", headers(":status", "103"), data("")));
    all.add(unexpected("§4.1: DATA after trailers", OK, data("x"), TRAILERS, data("y")));
    all.add(unexpected("§4.1: HEADERS after trailers", OK, data("x"), TRAILERS, TRAILERS));
    all.add(unexpected("§7.2.4: SETTINGS on a request stream", OK, settings()));
    all.add(unexpected("§7.2.6: GOAWAY on a request stream", OK, frame(GOAWAY, varint(0))));
    all.add(unexpected("§7.2.3: CANCEL_PUSH in a response", OK, frame(CANCEL_PUSH, varint(0))));
    all.add(unexpected("§7.2.7: MAX_PUSH_ID in a response", OK, frame(MAX_PUSH_ID, varint(0))));
    for (long type : new long[] {0x02, 0x06, 0x08, 0x09}) {
      all.add(unexpected("§7.2.8: HTTP/2 frame type 0x0" + type, OK, frame(type, hex("00"))));
    }
    all.add(truncated("§7.1: HEADERS that lack a byte", claim(Bytes.HEADERS, 9), hex("00 00")));
    all.add(truncated("§7.1: HEADERS without a length", hex("01")));
    all.add(truncated("§7.1: DATA that lack a byte", OK, claim(Bytes.DATA, 3), hex("61 62")));
    all.add(truncated("§7.1: an unknown frame that lacks a byte", OK, claim(GREASE, 2), hex("00")));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void frames(Trap trap, Rig rig) throws Exception {
    trap.check(rig);
  }

  static List<Trap> sections() {
    return QpackAbuseTest.sections().stream()
        .filter(broken -> !broken.limit())
        .map(broken ->
            closes(
                "RFC 9204 " + broken.sentence(),
                taken().write("r", frame(Bytes.HEADERS, broken.section())),
                Code.QPACK_DECOMPRESSION_FAILED))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void sections(Trap trap, Rig rig) throws Exception {
    trap.check(rig);
  }

  /** Only when the request is there, so that it is the response that fails. */
  private static Script accepted() {
    return Script.bare().accept("r").awaitEnd("r");
  }

  private static Trap unexpected(String sentence, byte[]... response) {
    return closes(sentence, taken().write("r", response), Code.H3_FRAME_UNEXPECTED);
  }

  private static Trap truncated(String sentence, byte[]... response) {
    return closes(sentence, taken().writeWithEnd("r", response), Code.H3_FRAME_ERROR);
  }

  private static Script promise(byte[] frame) {
    return taken().write("r", frame, OK);
  }

  private static Script control(byte[]... frames) {
    return taken().write("control", cat(frames));
  }

  /**
   * The transport gives no credit for such a stream; if it does, that stream ends the connection.
   */
  private static void noServerStream(Seen seen) {
    if (seen.has("b")) {
      Violation.closedWith(seen, Code.H3_STREAM_CREATION_ERROR);
    }
  }

  /** No id can be read from an empty frame; none would be allowed either. */
  private static Long[] layoutOrId() {
    return new Long[] {Code.H3_FRAME_ERROR, Code.H3_ID_ERROR};
  }
}
