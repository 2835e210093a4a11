package dev.heddle.http3.datagram;

import java.nio.ByteBuffer;

/** Datagrams that say which they are. */
final class Numbered {
  private Numbered() {}

  static byte[] datagram(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  static long number(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getLong();
  }
}
