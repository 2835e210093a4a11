package dev.heddle.interop;

import static dev.heddle.interop.Bytes.DATA;
import static dev.heddle.interop.Bytes.GREASE;
import static dev.heddle.interop.Bytes.cat;
import static dev.heddle.interop.Bytes.claim;
import static dev.heddle.interop.Bytes.frame;
import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.Bytes.settings;
import static dev.heddle.interop.Bytes.varint;
import static dev.heddle.interop.Script.bare;
import static dev.heddle.interop.Script.decent;

import java.util.ArrayList;
import java.util.List;

/** What neither role may do on its unidirectional streams, and what both must put up with. */
final class ControlStreamViolations {
  private static final byte[] CONTROL = hex("00");

  /** A script of either role, and the codes that the connection may be closed with. */
  record Row(String sentence, Script script, Long... codes) {}

  private ControlStreamViolations() {}

  static List<Row> all() {
    List<Row> rows = new ArrayList<>(controlFrames());
    rows.addAll(settingsFrames());
    rows.addAll(criticalStreams());
    rows.addAll(QpackStreamViolations.all());
    return rows;
  }

  static Row row(String sentence, Script script, Long... codes) {
    return new Row(sentence, script, codes);
  }

  private static Script afterSettings(byte[]... more) {
    return bare().uni("control", CONTROL, settings(), cat(more));
  }

  private static List<Row> controlFrames() {
    List<Row> rows = new ArrayList<>();
    rows.add(
        row(
            "§6.2.1: GOAWAY before SETTINGS",
            bare().uni("control", CONTROL, frame(Bytes.GOAWAY, varint(0))),
            Code.H3_MISSING_SETTINGS));
    rows.add(
        row(
            "§6.2.1: DATA before SETTINGS",
            bare().uni("control", CONTROL, Bytes.data("x")),
            Code.H3_MISSING_SETTINGS,
            Code.H3_FRAME_UNEXPECTED));
    rows.add(
        row(
            "§9: an unknown frame does not stand in for SETTINGS",
            bare().uni("control", CONTROL, frame(GREASE, hex("01 02"))),
            Code.H3_MISSING_SETTINGS));
    rows.add(
        row(
            "§7.2.4: a second SETTINGS frame",
            afterSettings(settings()),
            Code.H3_FRAME_UNEXPECTED));
    rows.add(
        row("§7.2.1: DATA on the control stream", afterSettings(Bytes.data("x")), unexpected()));
    rows.add(
        row(
            "§7.2.1: an empty DATA frame on the control stream",
            afterSettings(frame(DATA)),
            unexpected()));
    rows.add(
        row("§7.2.2: HEADERS on the control stream", afterSettings(Bytes.get("/")), unexpected()));
    rows.add(
        row(
            "§7.2.5: PUSH_PROMISE on the control stream",
            afterSettings(frame(Bytes.PUSH_PROMISE, varint(0), Bytes.section("a", "b"))),
            unexpected()));
    for (long type : new long[] {0x02, 0x06, 0x08, 0x09}) {
      rows.add(
          row(
              "§7.2.8: HTTP/2 frame type 0x0" + type + " on the control stream",
              afterSettings(frame(type, hex("00 00 00 00"))),
              unexpected()));
    }
    rows.add(
        row("§7.1: GOAWAY without an identifier", afterSettings(frame(Bytes.GOAWAY)), layout()));
    rows.add(
        row(
            "§7.1: GOAWAY with a byte too many",
            afterSettings(frame(Bytes.GOAWAY, varint(0), hex("00"))),
            layout()));
    rows.add(
        row(
            "§7.1: GOAWAY whose identifier is cut short",
            afterSettings(frame(Bytes.GOAWAY, hex("c0 00"))),
            layout()));
    rows.add(
        row(
            "§7.1: CANCEL_PUSH without an identifier",
            afterSettings(frame(Bytes.CANCEL_PUSH)),
            layout()));
    rows.add(
        row(
            "§7.2.3: CANCEL_PUSH where no push was ever allowed",
            afterSettings(frame(Bytes.CANCEL_PUSH, varint(0))),
            Code.H3_ID_ERROR));
    return rows;
  }

  private static List<Row> settingsFrames() {
    List<Row> rows = new ArrayList<>();
    for (long id : new long[] {0x00, 0x02, 0x03, 0x04, 0x05}) {
      rows.add(
          row(
              "§7.2.4.1: HTTP/2 setting 0x0" + id,
              bare().uni("control", CONTROL, settings(0x06, 16_384, id, 1)),
              Code.H3_SETTINGS_ERROR));
    }
    rows.add(
        row(
            "§7.2.4: a setting that comes twice",
            bare().uni("control", CONTROL, settings(0x06, 16_384, 0x06, 16_384)),
            Code.H3_SETTINGS_ERROR));
    rows.add(
        row(
            "§7.2.4: an unknown setting that comes twice",
            bare().uni("control", CONTROL, settings(GREASE, 1, GREASE, 2)),
            Code.H3_SETTINGS_ERROR));
    rows.add(
        row(
            "RFC 8441 §3: ENABLE_CONNECT_PROTOCOL that is 2",
            bare().uni("control", CONTROL, settings(0x08, 2)),
            Code.H3_SETTINGS_ERROR));
    rows.add(
        row(
            "RFC 9297 §2.1.1: H3_DATAGRAM that is 2",
            bare().uni("control", CONTROL, settings(0x33, 2)),
            Code.H3_SETTINGS_ERROR));
    rows.add(
        row(
            "§7.1: SETTINGS that end after an identifier",
            bare().uni("control", CONTROL, frame(Bytes.SETTINGS, hex("06"))),
            layout()));
    rows.add(
        row(
            "§7.1: SETTINGS that end inside a value",
            bare().uni("control", CONTROL, frame(Bytes.SETTINGS, hex("06 80 00"))),
            layout()));
    rows.add(
        row(
            "§10.5: SETTINGS that claim a gigabyte",
            bare().uni("control", CONTROL, claim(Bytes.SETTINGS, 1 << 30), settings(GREASE, 1)),
            Code.H3_EXCESSIVE_LOAD,
            Code.H3_SETTINGS_ERROR));
    rows.add(
        row(
            "§10.5: SETTINGS of 64 KiB",
            bare().uni("control", CONTROL, settings(longs(8_192))),
            Code.H3_EXCESSIVE_LOAD,
            Code.H3_SETTINGS_ERROR));
    return rows;
  }

  /** So many unknown settings, all different, each eight bytes and more. */
  private static long[] longs(int count) {
    long[] pairs = new long[count * 2];
    for (int i = 0; i < count; i++) {
      pairs[2 * i] = 0x1f * (1_000_000L + i) + 0x21;
      pairs[2 * i + 1] = 1_000_000;
    }
    return pairs;
  }

  private static List<Row> criticalStreams() {
    List<Row> rows = new ArrayList<>();
    rows.add(
        row(
            "§6.2.1: a second control stream",
            decent().uni("second", CONTROL, settings()),
            Code.H3_STREAM_CREATION_ERROR));
    rows.add(
        row(
            "§6.2.1: a control stream that ends after SETTINGS",
            bare().uniWithEnd("control", CONTROL, settings()),
            closed()));
    rows.add(
        row(
            "§6.2.1: a control stream that ends before SETTINGS",
            bare().uniWithEnd("control", CONTROL),
            closed()));
    rows.add(
        row(
            "§6.2.1: a control stream that is reset",
            decent().awaitBytes("peer-0", 2).pause(50).reset("control", Code.H3_NO_ERROR),
            closed()));
    rows.add(
        row(
            "§6.2.1: STOP_SENDING for the other side's control stream",
            decent().awaitBytes("peer-0", 2).stop("peer-0", Code.H3_NO_ERROR),
            closed()));
    return rows;
  }

  private static Long unexpected() {
    return Code.H3_FRAME_UNEXPECTED;
  }

  private static Long layout() {
    return Code.H3_FRAME_ERROR;
  }

  static Long closed() {
    return Code.H3_CLOSED_CRITICAL_STREAM;
  }
}
