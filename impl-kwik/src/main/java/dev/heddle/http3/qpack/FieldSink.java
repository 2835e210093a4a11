package dev.heddle.http3.qpack;

import dev.heddle.HeaderField;
import dev.heddle.http3.wire.ProtocolException;

/**
 * Takes the field lines of a section, one after the other, in their order on the wire. They are
 * what the peer sent, legal or not: every char is one octet.
 */
@FunctionalInterface
public interface FieldSink {
  /**
   * Takes one field line.
   *
   * @param neverIndexed whether the peer asked that no hop index it; it is sensitive
   * @throws ProtocolException where the line breaks a rule, which ends the decoding
   */
  void field(String name, String value, boolean neverIndexed) throws ProtocolException;

  /** Takes a field line that is an entry of the static table, and so legal. */
  default void entry(HeaderField field) throws ProtocolException {
    field(field.name(), field.value(), field.sensitive());
  }

  /**
   * May take a field line as it is encoded, because the same octets were decoded before. If it does
   * not, {@link #field} gets this line next.
   *
   * @return the field if it was taken, else null
   */
  default HeaderField recognized(byte[] section, int from, int to) {
    return null;
  }
}
