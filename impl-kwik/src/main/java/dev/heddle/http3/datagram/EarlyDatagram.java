package dev.heddle.http3.datagram;

/**
 * A datagram that waits for its session or context.
 *
 * @param streamId its request stream
 * @param payload what follows the quarter stream id
 * @param inCapsule whether it came in a DATAGRAM capsule
 * @param arrivalNanos when it came
 */
record EarlyDatagram(long streamId, byte[] payload, boolean inCapsule, long arrivalNanos) {}
