package dev.heddle;

/**
 * A stream, or one direction of it, was given up with an error code. The rest of the connection is
 * not affected. A request that was under way may have been processed.
 */
public final class StreamResetException extends Http3Exception {
  private final transient ErrorCode code;
  private final boolean fromPeer;

  /**
   * A reset stream.
   *
   * @param code the code of the reset, or of the request to stop sending
   * @param fromPeer true if the peer gave the stream up, false if this side did, for example
   *     because the peer's message is malformed
   * @param message what happened
   */
  public StreamResetException(ErrorCode code, boolean fromPeer, String message) {
    super(message + ": " + code, null);
    this.code = code;
    this.fromPeer = fromPeer;
  }

  /**
   * The code the stream was given up with.
   *
   * @return the code
   */
  public ErrorCode code() {
    return code;
  }

  /**
   * Who gave the stream up.
   *
   * @return true for the peer, false for this side
   */
  public boolean fromPeer() {
    return fromPeer;
  }
}
