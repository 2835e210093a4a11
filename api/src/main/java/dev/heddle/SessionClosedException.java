package dev.heddle;

/**
 * The session was closed on this side, by {@link Session#close()} or {@link Session#reset}, or the
 * peer has ended it in good order while a call waited for more: {@link #fromPeer()} tells which.
 */
public final class SessionClosedException extends Http3Exception {
  private final boolean fromPeer;

  /**
   * A session that this side closed.
   *
   * @param message what was tried on it
   */
  public SessionClosedException(String message) {
    this(message, false);
  }

  /**
   * A closed session.
   *
   * @param message what was tried on it
   * @param fromPeer true if the peer ended it, false if this side did
   */
  public SessionClosedException(String message, boolean fromPeer) {
    super(message, null);
    this.fromPeer = fromPeer;
  }

  /**
   * Who ended the session.
   *
   * @return true for the peer, false for this side
   */
  public boolean fromPeer() {
    return fromPeer;
  }
}
