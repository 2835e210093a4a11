package dev.heddle.http3.connection;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionDecoder;
import dev.heddle.http3.qpack.FieldSectionTooLargeException;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/** Turns an encoded field section into {@link Headers}, or calls it malformed. Any thread. */
final class ReceivedFields {
  private static final int TYPICAL_COUNT = 12;

  private final FieldSectionDecoder decoder;

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
  Headers parse(byte[] section) throws ProtocolException, FieldSectionTooLargeException {
    List<HeaderField> fields = new ArrayList<>(TYPICAL_COUNT);
    decoder.decode(section, (name, value, sensitive) -> fields.add(field(name, value, sensitive)));
    try {
      return Headers.of(fields);
    } catch (IllegalArgumentException e) {
      // RFC 9114 §4.3: pseudo-fields come first, and none of them twice
      throw malformed(e.getMessage());
    }
  }

  private static HeaderField field(String name, String value, boolean sensitive)
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
