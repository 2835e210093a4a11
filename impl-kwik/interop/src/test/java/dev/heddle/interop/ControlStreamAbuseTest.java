package dev.heddle.interop;

import static dev.heddle.interop.Bytes.CANCEL_PUSH;
import static dev.heddle.interop.Bytes.GOAWAY;
import static dev.heddle.interop.Bytes.GREASE;
import static dev.heddle.interop.Bytes.MAX_PUSH_ID;
import static dev.heddle.interop.Bytes.cat;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.get;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.settings;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Script.bare;
import static dev.heddle.interop.Script.decent;
import static dev.heddle.interop.Violation.closes;
import static dev.heddle.interop.Violation.tolerated;

import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that misuse unidirectional streams against the sample server. Sections are RFC 9114's.
 */
@ExtendWith(Rig.Resolver.class)
class ControlStreamAbuseTest {

  static List<Violation> eitherRole() {
    return ControlStreamViolations.all().stream()
        .map(row -> closes(row.sentence(), row.script(), row.codes()))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("eitherRole")
  void whatNeitherRoleMayDoClosesTheConnection(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> clientsOnly() {
    return List.of(
        closes(
            "§6.2.2: a push stream from a client",
            decent().uni("push", hex("01 00"), get("/")),
            Code.H3_STREAM_CREATION_ERROR),
        closes(
            "§5.2: GOAWAY with a larger push id than before",
            afterSettings(frame(GOAWAY, varint(4)), frame(GOAWAY, varint(5))),
            Code.H3_ID_ERROR),
        closes(
            "§7.2.7: MAX_PUSH_ID that decreases",
            afterSettings(frame(MAX_PUSH_ID, varint(9)), frame(MAX_PUSH_ID, varint(8))),
            Code.H3_ID_ERROR),
        closes(
            "§7.1: MAX_PUSH_ID without an id",
            afterSettings(frame(MAX_PUSH_ID)),
            Code.H3_FRAME_ERROR),
        closes(
            "§7.1: MAX_PUSH_ID with a byte too many",
            afterSettings(frame(MAX_PUSH_ID, varint(9), hex("00"))),
            Code.H3_FRAME_ERROR),
        closes(
            "§7.2.3: CANCEL_PUSH for a push that was allowed but never promised",
            afterSettings(frame(MAX_PUSH_ID, varint(9)), frame(CANCEL_PUSH, varint(3))),
            Code.H3_ID_ERROR),
        closes(
            "§7.2.3: CANCEL_PUSH beyond MAX_PUSH_ID",
            afterSettings(frame(MAX_PUSH_ID, varint(9)), frame(CANCEL_PUSH, varint(10))),
            Code.H3_ID_ERROR));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void clientsOnly(Violation violation, Rig rig) {
    violation.check(rig);
  }

  static List<Violation> strange() {
    return List.of(
        tolerated("§7.2.4: empty SETTINGS", withGet(decent())),
        tolerated(
            "§7.2.4.1: unknown and reserved settings",
            withGet(
                bare().uni("control", hex("00"), settings(GREASE, 7, 0x4242, 1L << 61, 0x21, 0)))),
        tolerated(
            "§7.2.8: unknown frames on the control stream",
            withGet(afterSettings(frame(GREASE), frame(0x21, hex("01 02")), frame(0x4242)))),
        tolerated(
            "§6.2: unknown stream types, open, ended and reset",
            withGet(
                decent()
                    .uni("a", varint(GREASE), hex("ff ff"))
                    .uniWithEnd("b", varint(0x4242), hex("00"))
                    .uni("c", varint(1L << 61))
                    .reset("c", Code.H3_NO_ERROR))),
        tolerated(
            "§6.2: streams that end or are reset before their type",
            withGet(
                decent()
                    .uniWithEnd("a")
                    .uniWithEnd("b", hex("c0 00"))
                    .uni("c", hex("c0 00"))
                    .reset("c", 7))),
        tolerated(
            "§6.2: a stream type longer than it needs to be",
            withGet(bare().uni("control", hex("c0 00 00 00 00 00 00 00"), settings()))),
        tolerated(
            "§7.1: SETTINGS that come byte by byte",
            withGet(bare().uni("control").dribble("control", cat(hex("00"), settings(6, 9_999))))),
        tolerated(
            "§7.1: a frame header longer than it needs to be",
            withGet(
                bare().uni("control", hex("00 4004 4003 06 7fff"), frame(MAX_PUSH_ID, hex("00"))))),
        tolerated(
            "§5.2: GOAWAY with ids that fall, and requests after it",
            withGet(
                afterSettings(
                    frame(GOAWAY, varint((1L << 62) - 1)),
                    frame(GOAWAY, varint(5)),
                    frame(GOAWAY, varint(5)),
                    frame(GOAWAY, varint(0))))),
        tolerated(
            "§7.2.7: MAX_PUSH_ID that grows or stays",
            withGet(
                afterSettings(
                    frame(MAX_PUSH_ID, varint(0)),
                    frame(MAX_PUSH_ID, varint(0)),
                    frame(MAX_PUSH_ID, varint(1L << 40))))),
        tolerated(
            "RFC 9204 §4.2: QPACK streams with nothing on them",
            withGet(decent().uni("encoder", hex("02")).uni("decoder", hex("03")))),
        tolerated(
            "RFC 9204 §4.4.2: the cancellation of a stream",
            withGet(decent().uni("decoder", hex("03 40 44")))),
        tolerated(
            "§3.2: a request that comes before the control stream",
            bare().bidiWithEnd("r", get("/")).uni("control", hex("00"), settings())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strange")
  void whatIsStrangeButLegalIsTolerated(Violation violation, Rig rig) {
    violation.check(rig);
  }

  private static Script afterSettings(byte[]... more) {
    return bare().uni("control", hex("00"), settings(), cat(more));
  }

  private static Script withGet(Script script) {
    return script.pause(20).bidiWithEnd("r", get("/"));
  }
}
