package dev.heddle.http3.qpack;

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
}
