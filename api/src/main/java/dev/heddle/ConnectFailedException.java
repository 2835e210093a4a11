package dev.heddle;

/** No connection could be made. Nothing was sent on it, so trying again is safe. */
public final class ConnectFailedException extends Http3Exception {
  private final Reason reason;

  /** Why no connection could be made. */
  public enum Reason {
    /** The host name has no address. */
    UNKNOWN_HOST,
    /** No answer came in time: nothing listens at that port, or UDP does not get through. */
    NO_ANSWER,
    /** The server speaks QUIC but not HTTP/3 (its ALPN has no {@code h3}). */
    NO_HTTP3,
    /** The server's certificate is past its last day, or before its first. */
    CERTIFICATE_EXPIRED,
    /** The server's certificate is not one that this client trusts. */
    CERTIFICATE_NOT_TRUSTED,
    /** The server's certificate is for another host name. */
    CERTIFICATE_FOR_OTHER_HOST,
    /** The handshake failed in another way; the message and the cause say how. */
    HANDSHAKE_FAILED
  }

  /**
   * A failure to connect.
   *
   * @param reason why
   * @param message what to tell a person, with host and port
   * @param cause what the transport said, or null
   */
  public ConnectFailedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * Why no connection could be made.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
