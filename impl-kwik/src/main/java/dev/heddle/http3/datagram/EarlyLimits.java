package dev.heddle.http3.datagram;

import java.time.Duration;

/**
 * What may wait for its session on a connection, and for its context in each session.
 *
 * @param datagrams most datagrams, 0 or more
 * @param bytes most bytes in them, 0 or more
 * @param time how long one may wait
 */
public record EarlyLimits(int datagrams, int bytes, Duration time) {
  /** Checks that nothing is negative. */
  public EarlyLimits {
    if (datagrams < 0 || bytes < 0 || time.isNegative()) {
      throw new IllegalArgumentException("a limit is 0 or more");
    }
  }
}
