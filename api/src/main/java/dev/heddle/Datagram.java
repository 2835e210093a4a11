package dev.heddle;

/**
 * A datagram and how it came.
 *
 * @param payload the payload, possibly empty; the array belongs to whoever received it
 * @param inCapsule true if it came in a DATAGRAM capsule on the request stream, false if in a QUIC
 *     datagram
 */
public record Datagram(byte[] payload, boolean inCapsule) {}
