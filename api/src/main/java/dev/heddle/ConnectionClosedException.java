package dev.heddle;

import java.util.Optional;

/**
 * The connection has ended, and with it everything on it. A request that was under way may have
 * been processed.
 *
 * <p>The first failure of a connection wins: every call that meets the closed connection reports
 * the same one.
 */
public final class ConnectionClosedException extends Http3Exception {
  private final transient ErrorCode code;
  private final Origin origin;
  private final String reason;

  /** Who ended the connection, and in which layer. */
  public enum Origin {
    /** This side, with an application code. */
    LOCAL,
    /** The peer, with an application code. */
    PEER,
    /** This side's transport: the code is one of QUIC (RFC 9000 section 20.1). */
    LOCAL_TRANSPORT,
    /** The peer's transport: the code is one of QUIC (RFC 9000 section 20.1). */
    PEER_TRANSPORT,
    /** Nobody: nothing came from the peer for the idle time-out. There is no code. */
    IDLE_TIMEOUT
  }

  /**
   * A closed connection.
   *
   * @param origin who closed it
   * @param code the code it was closed with, or null for an idle time-out
   * @param reason the closer's words, possibly empty
   * @param cause a cause on this side, or null
   */
  public ConnectionClosedException(Origin origin, ErrorCode code, String reason, Throwable cause) {
    super(describe(origin, code, reason), cause);
    this.origin = origin;
    this.code = code;
    this.reason = reason;
  }

  /**
   * Who ended the connection.
   *
   * @return the origin
   */
  public Origin origin() {
    return origin;
  }

  /**
   * The code the connection was closed with. With an origin of {@link Origin#LOCAL_TRANSPORT} or
   * {@link Origin#PEER_TRANSPORT} it is a code of QUIC, not of HTTP/3.
   *
   * @return the code, empty after an idle time-out
   */
  public Optional<ErrorCode> code() {
    return Optional.ofNullable(code);
  }

  /**
   * The closer's words.
   *
   * @return the reason phrase, possibly empty
   */
  public String reason() {
    return reason;
  }

  private static String describe(Origin origin, ErrorCode code, String reason) {
    String words = reason.isEmpty() ? "" : ": " + reason;
    return switch (origin) {
      case LOCAL -> "connection closed by this side with " + code + words;
      case PEER -> "connection closed by the peer with " + code + words;
      case LOCAL_TRANSPORT -> "connection closed by this side's transport" + hex(code) + words;
      case PEER_TRANSPORT -> "connection closed by the peer's transport" + hex(code) + words;
      case IDLE_TIMEOUT -> "connection ended: nothing came from the peer for the idle time-out";
    };
  }

  private static String hex(ErrorCode code) {
    return code == null ? "" : " with QUIC error 0x" + Long.toHexString(code.value());
  }
}
