package tech.kwik.core.loom;

import java.nio.ByteBuffer;

/**
 * What a connection pulls its outgoing datagrams from while it builds packets, so that they wait
 * with the application, in its order, and not in a queue of the transport. One thread at a time
 * calls it; no method may block.
 */
public interface DatagramSource {

  /** Bytes of the next datagram, or -1 if there is none now. */
  int nextBytes();

  /** Writes the next datagram, of the size that {@link #nextBytes} gave, and moves on. */
  void writeNext(ByteBuffer packet);

  /** Drops the next datagram, because no packet can hold it, and moves on. */
  void discardNext();
}
