package dev.heddle;

/**
 * Why a datagram context was closed. Any number of 62 bits may come from a peer and is kept as it
 * is; those without a constant mean the same as {@link #NO_ERROR}.
 *
 * @param value the number, 0 to 2^62-1
 * @spec https://datatracker.ietf.org/doc/html/draft-ietf-masque-h3-datagram-04#section-4.4.3.1
 *     draft-ietf-masque-h3-datagram-04, Close Codes
 */
public record DatagramCloseCode(long value) {
  /** The context is no longer needed. */
  public static final DatagramCloseCode NO_ERROR = new DatagramCloseCode(0xff78a0);

  /** The closer does not know the format; the other side registers none of this type again. */
  public static final DatagramCloseCode UNKNOWN_FORMAT = new DatagramCloseCode(0xff78a1);

  /** The closer does not want the context; the other side does not register the like again. */
  public static final DatagramCloseCode DENIED = new DatagramCloseCode(0xff78a2);

  /** The closer saves resources. */
  public static final DatagramCloseCode RESOURCE_LIMIT = new DatagramCloseCode(0xff78a3);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException outside 0 to 2^62-1
   */
  public DatagramCloseCode {
    if (value < 0 || value >= 1L << 62) {
      throw new IllegalArgumentException("a close code is 0 to 2^62-1, not " + value);
    }
  }

  /** The name of a known code with its number, otherwise the number, in hexadecimal. */
  @Override
  public String toString() {
    String hex = "0x" + Long.toHexString(value);
    if (value < NO_ERROR.value || value > RESOURCE_LIMIT.value) {
      return hex;
    }
    return switch ((int) (value - NO_ERROR.value)) {
          case 0 -> "NO_ERROR";
          case 1 -> "UNKNOWN_FORMAT";
          case 2 -> "DENIED";
          default -> "RESOURCE_LIMIT";
        }
        + " ("
        + hex
        + ")";
  }
}
