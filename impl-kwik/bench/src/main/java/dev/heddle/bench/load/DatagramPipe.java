package dev.heddle.bench.load;

import java.time.Duration;

/** A way to an echo and back, in order. One thread sends, one receives. */
public interface DatagramPipe {
  /** Sends a datagram, waiting for room. */
  void send(byte[] datagram) throws Exception;

  /** Waits for a datagram; null if none comes in time. */
  byte[] receive(Duration limit) throws Exception;
}
