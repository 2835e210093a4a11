package dev.heddle.interop;

import static dev.heddle.interop.Bytes.hex;
import static dev.heddle.interop.ControlStreamViolations.row;
import static dev.heddle.interop.Script.decent;

import dev.heddle.interop.ControlStreamViolations.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * What neither role may do on its QPACK streams, as long as the other side announced a dynamic
 * table of capacity 0.
 */
final class QpackStreamViolations {
  private static final byte[] ENCODER = hex("02");
  private static final byte[] DECODER = hex("03");

  private QpackStreamViolations() {}

  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    byte[][] types = {ENCODER, DECODER};
    String[] names = {"encoder", "decoder"};
    for (int i = 0; i < types.length; i++) {
      String stream = "QPACK " + names[i] + " stream";
      Script first = decent().uni("first", types[i]);
      rows.add(
          row(
              "RFC 9204 §4.2: a second " + stream,
              first.uni("second", types[i]),
              Code.H3_STREAM_CREATION_ERROR));
      rows.add(
          row(
              "RFC 9204 §4.2: a " + stream + " that ends",
              decent().uniWithEnd("first", types[i]),
              ControlStreamViolations.closed()));
      rows.add(
          row(
              "RFC 9204 §4.2: a " + stream + " that is reset",
              decent().uni("first", types[i]).pause(100).reset("first", Code.H3_NO_ERROR),
              ControlStreamViolations.closed()));
    }
    rows.addAll(encoderInstructions());
    rows.addAll(decoderInstructions());
    return rows;
  }

  private static List<Row> encoderInstructions() {
    Long code = Code.QPACK_ENCODER_STREAM_ERROR;
    return List.of(
        row("RFC 9204 §4.3.1: a capacity above the limit", encoder("3f e1 1f"), code),
        row("RFC 9204 §4.3.2: an insertion with a static name", encoder("c0 01 61"), code),
        row("RFC 9204 §3.1: an insertion with static index 99", encoder("ff 24 01 61"), code),
        row("RFC 9204 §4.3.3: an insertion with a literal name", encoder("41 61 01 62"), code),
        row("RFC 9204 §4.3.4: a duplicate of no entry", encoder("00"), code),
        row("RFC 9204 §7.4: a name that claims 2 GiB", encoder("5f e1 ff ff ff 07"), code),
        row(
            "RFC 9204 §4.1.1: an integer of more than 62 bits",
            encoder("3f ff ff ff ff ff ff ff ff ff ff 7f"),
            code));
  }

  private static List<Row> decoderInstructions() {
    Long code = Code.QPACK_DECODER_STREAM_ERROR;
    return List.of(
        row("RFC 9204 §4.4.1: an acknowledgment of a section never sent", decoder("80"), code),
        row("RFC 9204 §4.4.3: an increment of zero", decoder("00"), code),
        row("RFC 9204 §4.4.3: an increment beyond what was sent", decoder("05"), code),
        row(
            "RFC 9204 §4.1.1: an increment of more than 62 bits",
            decoder("3f ff ff ff ff ff ff ff ff ff ff 7f"),
            code));
  }

  private static Script encoder(String instructions) {
    return decent().uni("encoder", ENCODER, hex(instructions));
  }

  private static Script decoder(String instructions) {
    return decent().uni("decoder", DECODER, hex(instructions));
  }
}
