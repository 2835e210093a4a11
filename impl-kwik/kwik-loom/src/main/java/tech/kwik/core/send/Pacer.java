package tech.kwik.core.send;

import java.util.concurrent.TimeUnit;

/**
 * Spreads what the congestion window allows over the round trip (RFC 9002 section 7.7), so that a
 * window that opens at once does not fill a queue on the way, or the peer's socket. Belongs to who
 * has the turn.
 *
 * <p>A bucket of bytes that fills at somewhat more than a window per round trip. It holds what may
 * leave at once: the burst of a new connection, or what flows in the time by which a timer may be
 * late, whichever is more.
 */
final class Pacer {

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int BURST_PACKETS = 10;
  private static final double BURST_SECONDS = 0.002;

  /** More than 1, so that variations of the round trip do not leave the window unused. */
  private static final double GAIN = 1.25;

  private static final double SLOW_START_GAIN = 2;

  private double bytes = Double.MAX_VALUE;
  private long filledAt;

  /**
   * When the next packet of this size may leave: a time that has passed means now.
   *
   * @param windowBytes the congestion window
   * @param rttNanos the smoothed round-trip time, 0 if nothing is known of it
   */
  long next(int size, long windowBytes, boolean slowStart, long rttNanos, long now) {
    if (rttNanos <= 0) {
      return now;
    }
    double gain = slowStart ? SLOW_START_GAIN : GAIN;
    double bytesPerSecond = gain * windowBytes * NANOS_PER_SECOND / rttNanos;
    double most = Math.max((double) BURST_PACKETS * size, bytesPerSecond * BURST_SECONDS);
    if (bytes < most) {
      bytes += bytesPerSecond * (now - filledAt) / NANOS_PER_SECOND;
    }
    bytes = Math.min(bytes, most);
    filledAt = now;
    if (bytes >= size) {
      return now;
    }
    return now + (long) Math.ceil((size - bytes) / bytesPerSecond * NANOS_PER_SECOND);
  }

  /** A packet that counts has left. */
  void sent(int size) {
    bytes -= size;
  }
}
