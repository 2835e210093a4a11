package dev.heddle.http3.datagram;

/**
 * A datagram for its reader.
 *
 * @param payload the datagram; the array is the reader's
 * @param inCapsule whether it came in a DATAGRAM capsule rather than in a QUIC datagram
 */
public record Received(byte[] payload, boolean inCapsule) {}
