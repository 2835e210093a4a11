package dev.heddle;

/** A datagram context was closed; its session goes on. */
public final class DatagramContextClosedException extends Http3Exception {
  private final transient DatagramCloseCode code;
  private final String details;
  private final boolean fromPeer;

  /**
   * A closed context.
   *
   * @param code the code it was closed with
   * @param details the closer's words, possibly empty
   * @param fromPeer true if the peer closed it, false if this side did
   */
  public DatagramContextClosedException(DatagramCloseCode code, String details, boolean fromPeer) {
    super(
        (fromPeer ? "the peer closed the datagram context: " : "this side closed the context: ")
            + code
            + (details.isEmpty() ? "" : ", " + details),
        null);
    this.code = code;
    this.details = details;
    this.fromPeer = fromPeer;
  }

  /**
   * The code the context was closed with.
   *
   * @return the code
   */
  public DatagramCloseCode code() {
    return code;
  }

  /**
   * The closer's words, for people.
   *
   * @return the details, possibly empty
   */
  public String details() {
    return details;
  }

  /**
   * Who closed the context.
   *
   * @return true for the peer, false for this side
   */
  public boolean fromPeer() {
    return fromPeer;
  }
}
