package dev.heddle.bench.load;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Datagram echoes, in a closed loop or at a steady rate.
 *
 * @param inFlight how many are under way at once in a closed loop
 * @param perSecond how many are sent in a second, evenly; 0 for a closed loop
 * @param bytes the size of each, at least 8
 * @param contexts over how many datagram contexts; 0 for datagrams without contexts
 * @param count how many at most
 * @param limit after which time no further one is sent
 */
public record DatagramLoad(
    int inFlight, int perSecond, int bytes, int contexts, int count, Duration limit) {
  /** Echoes in a closed loop. */
  public DatagramLoad(int inFlight, int bytes, int contexts, int count, Duration limit) {
    this(inFlight, 0, bytes, contexts, count, limit);
  }

  /** The datagram of this number on its pipe. */
  public byte[] datagram(long number) {
    byte[] datagram = new byte[bytes];
    ByteBuffer.wrap(datagram).putLong(number);
    for (int i = 8; i < bytes; i++) {
      datagram[i] = (byte) (i + number);
    }
    return datagram;
  }

  /** The number of a datagram, whose size and last byte must be right. */
  public long number(byte[] datagram) {
    if (datagram.length != bytes) {
      throw new IllegalStateException(bytes + " bytes sent, " + datagram.length + " came back");
    }
    long number = ByteBuffer.wrap(datagram).getLong();
    if (bytes > 8 && datagram[bytes - 1] != (byte) (bytes - 1 + number)) {
      throw new IllegalStateException("datagram " + number + " came back changed");
    }
    return number;
  }
}
