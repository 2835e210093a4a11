package dev.heddle.http3.quic;

import java.nio.ByteBuffer;

/**
 * What the transport pulls outgoing datagrams from. One thread at a time calls it, whichever builds
 * packets; nothing here waits.
 */
public interface DatagramSource {
  /** Bytes of the next datagram, or -1 if there is none now. */
  int nextBytes();

  /** Writes the next datagram, of the size that {@link #nextBytes} gave, and moves on. */
  void writeNext(ByteBuffer packet);

  /** Drops the next datagram, because no packet can hold it, and moves on. */
  void discardNext();
}
