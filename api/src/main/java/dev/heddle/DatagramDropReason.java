package dev.heddle;

/** Why a datagram was not delivered or not sent. */
public enum DatagramDropReason {
  /** Its context's queue was full: {@link DatagramLimits#queue()}. */
  QUEUE_FULL,
  /** Its context was closed, by either side. */
  CONTEXT_CLOSED,
  /** Its session was closed, or takes no datagrams. */
  SESSION_CLOSED,
  /** It came before its session or context, and too many others did: {@link DatagramLimits}. */
  EARLY_FULL,
  /** It came before its session or context, which did not follow in time. */
  EARLY_EXPIRED,
  /** It has no context id where one must be. */
  MALFORMED,
  /** It came in a capsule larger than {@link DatagramLimits#maxCapsuleBytes()}. */
  CAPSULE_TOO_LARGE,
  /** It waited to be sent, and then no packet could hold it any more. */
  SEND_TOO_LARGE,
  /** It waited to be sent when its context, session or connection ended. */
  SEND_CLOSED
}
