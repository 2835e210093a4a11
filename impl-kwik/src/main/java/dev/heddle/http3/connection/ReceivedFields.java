package dev.heddle.http3.connection;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionDecoder;
import dev.heddle.http3.qpack.FieldSectionTooLargeException;
import dev.heddle.http3.qpack.FieldSink;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.PayloadParser;
import dev.heddle.http3.wire.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the encoded field sections of a connection into {@link Headers}, or calls them malformed.
 * Any thread.
 */
final class ReceivedFields implements PayloadParser<Headers> {
  private static final int TYPICAL_COUNT = 8;

  private final FieldSectionDecoder decoder;
  private final KnownLines known = new KnownLines();

  ReceivedFields(FieldSectionDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Decodes a section.
   *
   * @throws ProtocolException if the section cannot be decoded (connection) or a field in it is not
   *     legal (stream)
   * @throws FieldSectionTooLargeException if it is larger than the limits allow
   */
  @Override
  public Headers parse(byte[] octets, int from, int to)
      throws ProtocolException, FieldSectionTooLargeException {
    Section section = new Section(known);
    decoder.decode(octets, from, to, section);
    try {
      return Headers.of(section.fields);
    } catch (IllegalArgumentException e) {
      // RFC 9114 §4.3: pseudo-fields come first, and none of them twice
      throw malformed(e.getMessage());
    }
  }

  /** The fields of one section, as they come. */
  private static final class Section implements FieldSink {
    final List<HeaderField> fields = new ArrayList<>(TYPICAL_COUNT);
    private final KnownLines known;
    private byte[] octets; // of a line that was not recognized, until its field comes
    private int from;
    private int to;
    private int hash;

    Section(KnownLines known) {
      this.known = known;
    }

    @Override
    public void entry(HeaderField field) {
      fields.add(field);
    }

    @Override
    public HeaderField recognized(byte[] section, int lineFrom, int lineTo) {
      if (lineTo - lineFrom > KnownLines.LONGEST) {
        return null;
      }
      hash = KnownLines.hash(section, lineFrom, lineTo);
      HeaderField field = known.find(hash, section, lineFrom, lineTo);
      if (field != null) {
        fields.add(field);
      } else {
        octets = section;
        from = lineFrom;
        to = lineTo;
      }
      return field;
    }

    @Override
    public void field(String name, String value, boolean sensitive) throws ProtocolException {
      HeaderField field = legal(name, value, sensitive);
      fields.add(field);
      if (octets != null && !secret(name)) {
        known.learn(hash, octets, from, to, field);
      }
      octets = null;
    }

    /** Whether values are credentials most often, which stay no longer than their message. */
    private static boolean secret(String name) {
      return switch (name) {
        case "authorization", "cookie", "set-cookie" -> true;
        default -> false;
      };
    }
  }

  private static HeaderField legal(String name, String value, boolean sensitive)
      throws ProtocolException {
    try {
      return new HeaderField(name, value, sensitive);
    } catch (IllegalArgumentException e) {
      // RFC 9114 §4.2: upper case in a name makes a message malformed
      // RFC 9114 §4.3: so does an unknown pseudo-field
      // RFC 9114 §10.3: so does a character that no field name or value may have
      throw malformed(e.getMessage());
    }
  }

  static ProtocolException malformed(String fault) {
    // RFC 9114 §4.1.2: a malformed message is a stream error H3_MESSAGE_ERROR
    return ProtocolException.stream(H3Error.H3_MESSAGE_ERROR, "malformed message: " + fault);
  }
}
