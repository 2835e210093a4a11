package dev.heddle.http3.qpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.heddle.HeaderField;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;

/** One pass through one encoded field section (RFC 9204 §4.5). */
final class FieldSectionCursor {
  private static final int FIELD_OVERHEAD = 32;

  private static final int HUFFMAN_NAME = 0x08;
  private static final int HUFFMAN_VALUE = 0x80;

  private final byte[] section;
  private final int end;
  private int position;

  private long bytesLeft; // until the section is over the limit
  private int fieldsLeft;
  private byte[] decoded = {}; // Huffman output, grown for the strings that come

  FieldSectionCursor(byte[] octets, int from, int to, long maxSectionBytes, int maxFields) {
    this.section = octets;
    this.position = from;
    this.end = to;
    this.bytesLeft = maxSectionBytes;
    this.fieldsLeft = maxFields;
  }

  // RFC 9204 §2.2: lines are emitted in the order of their representations
  void decode(FieldSink sink) throws ProtocolException, FieldSectionTooLargeException {
    prefix();
    while (position < end) {
      if (fieldsLeft-- == 0) {
        throw new FieldSectionTooLargeException("more field lines than the limit");
      }
      // RFC 9114 §4.2.2: each field counts its name, its value and 32 bytes
      count(FIELD_OVERHEAD);
      line(sink, octet());
    }
  }

  private void prefix() throws ProtocolException {
    long requiredInsertCount = integer(octet(), 8);
    if (requiredInsertCount != 0) {
      // RFC 9204 §4.5.1.1: a count that no conformant encoder sends; our table has no entries
      throw failed("Required Insert Count without a dynamic table");
    }
    int first = octet();
    integer(first, 7);
    if ((first & 0x80) != 0) {
      // RFC 9204 §4.5.1.2: Sign 1 with a Required Insert Count up to Delta Base is invalid
      throw failed("negative Base");
    }
  }

  private void line(FieldSink sink, int first)
      throws ProtocolException, FieldSectionTooLargeException {
    if ((first & 0x80) != 0) {
      if ((first & 0x40) == 0) {
        throw dynamic();
      }
      int index = staticIndex(first, 6);
      count(StaticTable.name(index).length() + StaticTable.value(index).length());
      sink.entry(StaticTable.field(index));
    } else if ((first & 0x40) != 0) {
      if ((first & 0x10) == 0) {
        throw dynamic();
      }
      literal(sink, first);
    } else if ((first & 0x20) != 0) {
      String name = string(stringLength(first, 3), (first & HUFFMAN_NAME) != 0, true);
      sink.field(name, value(), (first & 0x10) != 0);
    } else {
      throw dynamic(); // both post-Base forms
    }
  }

  /** A line whose name is in the static table, and its value not. */
  private void literal(FieldSink sink, int first)
      throws ProtocolException, FieldSectionTooLargeException {
    int start = position - 1;
    boolean neverIndexed = (first & 0x20) != 0;
    String name = StaticTable.name(staticIndex(first, 4));
    count(name.length());
    int valueFirst = octet();
    int length = stringLength(valueFirst, 7);
    HeaderField known = neverIndexed ? null : sink.recognized(section, start, position + length);
    if (known != null) {
      position += length;
      count(known.value().length());
    } else {
      String value = string(length, (valueFirst & HUFFMAN_VALUE) != 0, false);
      sink.field(name, value, neverIndexed);
    }
  }

  private int staticIndex(int first, int prefixBits) throws ProtocolException {
    long index = integer(first, prefixBits);
    if (index >= StaticTable.SIZE) {
      // RFC 9204 §3.1: an invalid static table index is QPACK_DECOMPRESSION_FAILED
      throw failed("static table index " + index);
    }
    return (int) index;
  }

  private String value() throws ProtocolException, FieldSectionTooLargeException {
    int first = octet();
    return string(stringLength(first, 7), (first & HUFFMAN_VALUE) != 0, false);
  }

  private int stringLength(int first, int prefixBits) throws ProtocolException {
    long claimed = integer(first, prefixBits);
    if (claimed > end - position) {
      throw failed("string longer than its section");
    }
    return (int) claimed;
  }

  private String string(int length, boolean huffman, boolean isName)
      throws ProtocolException, FieldSectionTooLargeException {
    int from = position;
    position += length;
    if (!huffman) {
      count(length);
      return text(section, from, length, isName);
    }
    int room = (int) Math.min(Huffman.maxDecodedLength(length), bytesLeft);
    if (decoded.length < room) {
      decoded = new byte[Math.max(room, (int) Math.min(bytesLeft, 64))];
    }
    int size = Huffman.decode(section, from, position, decoded, room);
    if (size == Huffman.TOO_LONG) {
      throw tooLarge();
    }
    count(size);
    return text(decoded, 0, size, isName);
  }

  private static String text(byte[] octets, int offset, int length, boolean isName) {
    String known = isName ? KnownNames.of(octets, offset, length) : null;
    return known != null ? known : new String(octets, offset, length, ISO_8859_1);
  }

  private void count(int bytes) throws FieldSectionTooLargeException {
    bytesLeft -= bytes;
    if (bytesLeft < 0) {
      throw tooLarge();
    }
  }

  private int octet() throws ProtocolException {
    if (position == end) {
      throw failed("field section ends too early");
    }
    return section[position++] & 0xff;
  }

  private long integer(int first, int prefixBits) throws ProtocolException {
    long value = PrefixedInteger.prefix(first, prefixBits);
    if (!PrefixedInteger.isExtended((int) value, prefixBits)) {
      return value;
    }
    int octet = 0x80;
    for (int place = 0; (octet & 0x80) != 0; place++) {
      octet = octet();
      value = PrefixedInteger.extend(value, octet, place);
      if (value == PrefixedInteger.TOO_LARGE) {
        // RFC 9204 §7.4: a value too large to decode is a stream error QPACK_DECOMPRESSION_FAILED,
        // which RFC 9114 §8 lets us treat as one of the connection, like every other one here
        throw failed("integer over 62 bits");
      }
    }
    return value;
  }

  // RFC 9204 §2.2.3: a reference to an entry that is not there is QPACK_DECOMPRESSION_FAILED
  private static ProtocolException dynamic() {
    return failed("reference to the dynamic table, which has no entries");
  }

  private static FieldSectionTooLargeException tooLarge() {
    return new FieldSectionTooLargeException("field section over the limit of bytes");
  }

  private static ProtocolException failed(String message) {
    return ProtocolException.connection(H3Error.QPACK_DECOMPRESSION_FAILED, message);
  }
}
