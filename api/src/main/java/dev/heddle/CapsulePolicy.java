package dev.heddle;

/**
 * When {@link DatagramContext#writeDatagram} uses a DATAGRAM capsule on the request stream in place
 * of a QUIC datagram. A capsule is never lost and never too large for a packet, but it waits for
 * what was sent before it. Capsules are received whatever the policy.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9297#section-3.5 RFC 9297 section 3.5
 */
public enum CapsulePolicy {
  /** Never: what no packet can hold is refused. The default. */
  NEVER,
  /** For datagrams that no packet can hold, and for all where QUIC datagrams are not negotiated. */
  WHEN_NEEDED,
  /** For every datagram. */
  ALWAYS
}
