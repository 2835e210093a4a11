package dev.heddle.http3.qpack;

import dev.heddle.HeaderField;
import dev.heddle.http3.wire.ByteBuilder;
import java.util.Arrays;

/**
 * Field lines that this program sends again and again, as they are encoded, whatever the
 * connection. Any thread; races only lose entries. It holds at most {@value #PLACES} short lines,
 * only what was sent twice, and nothing that is to be kept out of tables.
 */
final class EncodedLines {
  private static final int PLACES = 256;
  private static final int LONGEST = 64;

  private record Line(String name, String value, byte[] octets) {}

  private static final Line[] LINES = new Line[PLACES];
  private static final int[] SENT_ONCE = new int[PLACES]; // hashes

  private EncodedLines() {}

  /** Writes the field if its line is known. */
  static boolean write(HeaderField field, ByteBuilder out) {
    if (field.sensitive() || field.value().length() > LONGEST) {
      return false;
    }
    Line line = LINES[place(hash(field))];
    if (line == null || !line.value.equals(field.value()) || !line.name.equals(field.name())) {
      return false;
    }
    out.write(line.octets, 0, line.octets.length);
    return true;
  }

  /** Learns the line of a field, once it comes again. */
  static void learn(HeaderField field, byte[] octets, int from, int to) {
    if (to - from > LONGEST || FieldSectionEncoder.isNeverIndexed(field)) {
      return;
    }
    int hash = hash(field);
    int place = place(hash);
    if (SENT_ONCE[place] == hash) {
      byte[] line = Arrays.copyOfRange(octets, from, to);
      LINES[place] = new Line(field.name(), field.value(), line);
    } else {
      SENT_ONCE[place] = hash;
    }
  }

  private static int hash(HeaderField field) {
    return 31 * field.name().hashCode() + field.value().hashCode();
  }

  private static int place(int hash) {
    return (hash ^ hash >>> 16 ^ hash >>> 8) & PLACES - 1;
  }
}
