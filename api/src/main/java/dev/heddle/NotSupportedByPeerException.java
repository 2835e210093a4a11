package dev.heddle;

/** The peer's SETTINGS do not offer what a call needs. Nothing was sent. */
public final class NotSupportedByPeerException extends Http3Exception {
  /**
   * A missing feature.
   *
   * @param message which feature, and which setting the peer would have to send
   */
  public NotSupportedByPeerException(String message) {
    super(message, null);
  }
}
