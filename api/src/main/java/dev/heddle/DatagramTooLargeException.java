package dev.heddle;

/** A datagram is larger than what can be sent now. Nothing was sent. */
public final class DatagramTooLargeException extends Http3Exception {
  private final int size;
  private final int maximum;

  /**
   * A datagram that is too large.
   *
   * @param size bytes of its payload
   * @param maximum bytes that {@link DatagramContext#maxDatagramSize()} allowed
   */
  public DatagramTooLargeException(int size, int maximum) {
    super(
        "a datagram of "
            + size
            + " bytes, where "
            + maximum
            + " are possible now; split it, or allow capsules with CapsulePolicy.WHEN_NEEDED",
        null);
    this.size = size;
    this.maximum = maximum;
  }

  /**
   * The size of the datagram.
   *
   * @return bytes of payload
   */
  public int size() {
    return size;
  }

  /**
   * What was possible.
   *
   * @return bytes of payload
   */
  public int maximum() {
    return maximum;
  }
}
