package dev.heddle.http3.datagram;

/** Why a datagram was not delivered or not sent. */
public enum DropReason {
  /** Its context's ring was full. */
  RING_FULL,
  /** Its context was closed. */
  CONTEXT_CLOSED,
  /** Its session was closed. */
  SESSION_CLOSED,
  /** It came before its session or context, and too many others did too. */
  EARLY_FULL,
  /** It came before its session or context, which did not follow in time. */
  EARLY_EXPIRED,
  /** It has no context id where one must be. */
  MALFORMED,
  /** It waited to be sent, and no longer fitted in a packet. */
  SEND_TOO_LARGE,
  /** It waited to be sent when its context, session or connection ended. */
  SEND_CLOSED
}
