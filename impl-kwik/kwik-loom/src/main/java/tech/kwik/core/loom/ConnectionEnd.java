package tech.kwik.core.loom;

import java.util.Objects;

/**
 * How a connection ended.
 *
 * @param cause what ended it
 * @param byPeer whether the peer ended it
 * @param application whether {@code code} is an application error code and not a transport error
 *     code
 * @param code the code of CONNECTION_CLOSE; 0 (NO_ERROR) where there was none
 * @param reason the reason phrase, possibly empty
 */
public record ConnectionEnd(
    Cause cause, boolean byPeer, boolean application, long code, String reason) {

  /** What can end a connection. */
  public enum Cause {
    /** CONNECTION_CLOSE, sent or received. */
    CLOSED,
    /** Nothing was received or sent for the idle time-out (RFC 9000 §10.1). */
    IDLE_TIMEOUT,
    /** The peer answered with a stateless reset (RFC 9000 §10.3). */
    STATELESS_RESET,
    /** The peer stopped acknowledging. */
    LOST,
    /** The handshake failed or timed out. */
    HANDSHAKE_FAILED,
    /** This implementation failed, or its socket did. */
    FAILED
  }

  public ConnectionEnd {
    Objects.requireNonNull(cause);
    reason = reason == null ? "" : reason;
  }

  /** A sentence for logs and exceptions. */
  public String describe() {
    String what =
        switch (cause) {
          case CLOSED ->
              (byPeer ? "closed by peer" : "closed locally")
                  + (application ? ", application code 0x" : ", transport code 0x")
                  + Long.toHexString(code);
          case IDLE_TIMEOUT -> "idle time-out";
          case STATELESS_RESET -> "stateless reset by peer";
          case LOST -> "peer no longer answers";
          case HANDSHAKE_FAILED -> "handshake failed";
          case FAILED -> "transport failed";
        };
    return "connection ended: " + what + (reason.isEmpty() ? "" : " (" + reason + ")");
  }
}
