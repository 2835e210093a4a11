package dev.heddle;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the datagrams of a context hold, as its registrar says. The accepting side reads it from
 * {@link DatagramContext#format()} and may refuse it by closing the context with {@link
 * DatagramCloseCode#UNKNOWN_FORMAT}. Immutable.
 *
 * @param type the format type, 0 to 2^62-1; 0 means whatever the request's {@code :protocol} says
 * @param data more about the format, often empty; copied in and out
 * @spec https://datatracker.ietf.org/doc/html/draft-ietf-masque-h3-datagram-04#section-2.2
 *     draft-ietf-masque-h3-datagram-04, Datagram Formats
 */
public record DatagramFormat(long type, byte[] data) {
  /** Type 0 without data: what the request's {@code :protocol} says. */
  public static final DatagramFormat DEFAULT = new DatagramFormat(0, new byte[0]);

  /**
   * Checks the range and copies the data.
   *
   * @throws IllegalArgumentException if the type is outside 0 to 2^62-1
   */
  public DatagramFormat {
    if (type < 0 || type >= 1L << 62) {
      throw new IllegalArgumentException("a format type is 0 to 2^62-1, not " + type);
    }
    data = data.clone();
  }

  /**
   * A copy of the data.
   *
   * @return the data
   */
  @Override
  public byte[] data() {
    return data.clone();
  }

  /** Equal if type and data are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DatagramFormat format
        && format.type == type
        && Arrays.equals(format.data, data);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(type) + Arrays.hashCode(data);
  }

  /** The type, and the data in hexadecimal. */
  @Override
  public String toString() {
    return "DatagramFormat[type=" + type + ", data=" + HexFormat.of().formatHex(data) + "]";
  }
}
