package dev.heddle;

/**
 * Datagrams cannot be sent on this connection: one of the two sides does not take part in them. The
 * message says which, and what would help. Nothing was sent.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9297#section-2.1.1 RFC 9297 section 2.1.1
 */
public final class DatagramsNotNegotiatedException extends Http3Exception {
  /**
   * Datagrams that were not negotiated.
   *
   * @param message which side does not take part, and what to do
   */
  public DatagramsNotNegotiatedException(String message) {
    super(message, null);
  }
}
