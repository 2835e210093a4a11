package dev.heddle.http3.qpack;

import dev.heddle.HeaderField;
import dev.heddle.http3.wire.ByteBuilder;

/**
 * Encodes field sections with the static table, literals, and Huffman codes where they are shorter.
 * It never uses the dynamic table, whatever the peer's decoder allows, and so needs no state and no
 * encoder stream.
 */
public final class FieldSectionEncoder {
  private static final int INDEXED_STATIC = 0xc0;
  private static final int LITERAL_STATIC_NAME = 0x50;
  private static final int LITERAL_STATIC_NAME_NEVER = 0x70;
  private static final int LITERAL_NAME = 0x20;
  private static final int LITERAL_NAME_NEVER = 0x30;

  /** A shorter cookie might be guessed through its compression (RFC 9204 §7.1.3). */
  private static final int SHORT_COOKIE = 20;

  private static final int FIELD_OVERHEAD = 32;

  private FieldSectionEncoder() {}

  /** Appends the section to {@code out}. */
  public static void encode(Iterable<HeaderField> fields, ByteBuilder out) {
    // RFC 9204 §3.2.3: nothing is inserted and no instruction sent, whatever the peer allows
    // RFC 9204 §4.5.1: Required Insert Count 0 and Base 0, as nothing refers to the dynamic table
    out.writeByte(0);
    out.writeByte(0);
    // RFC 9204 §2.1: representations are in the order of the fields
    for (HeaderField field : fields) {
      if (!EncodedLines.write(field, out)) {
        int start = out.size();
        line(field, out);
        EncodedLines.learn(field, out.array(), start, out.size());
      }
    }
  }

  /** The size that a section counts towards a limit, as RFC 9114 §4.2.2 says. */
  public static long size(Iterable<HeaderField> fields) {
    long size = 0;
    for (HeaderField field : fields) {
      size += field.name().length() + field.value().length() + FIELD_OVERHEAD;
    }
    return size;
  }

  private static void line(HeaderField field, ByteBuilder out) {
    int index = KnownNames.find(field.name(), field.value());
    boolean never = isNeverIndexed(field);
    // RFC 9204 §4.5.4: a field with the N bit is a literal, even where the table has it
    if (index >= 0 && !never) {
      PrefixedInteger.write(index, 6, INDEXED_STATIC, out);
      return;
    }
    if (index == KnownNames.ABSENT) {
      int flags = never ? LITERAL_NAME_NEVER : LITERAL_NAME;
      StringLiteral.write(field.name(), 4, flags, out);
    } else {
      int nameIndex = index < 0 ? ~index : index;
      int flags = never ? LITERAL_STATIC_NAME_NEVER : LITERAL_STATIC_NAME;
      PrefixedInteger.write(nameIndex, 4, flags, out);
    }
    StringLiteral.write(field.value(), 8, 0, out);
  }

  /** Whether no table on the way may hold the field. */
  static boolean isNeverIndexed(HeaderField field) {
    return field.sensitive()
        || switch (field.name()) {
          case "authorization", "proxy-authorization" -> true;
          case "cookie" -> field.value().length() < SHORT_COOKIE;
          default -> false;
        };
  }
}
