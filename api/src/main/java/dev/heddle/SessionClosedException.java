package dev.heddle;

/** The session was closed on this side, by {@link Session#close()} or {@link Session#reset}. */
public final class SessionClosedException extends Http3Exception {
  /**
   * A closed session.
   *
   * @param message what was tried on it
   */
  public SessionClosedException(String message) {
    super(message, null);
  }
}
