package dev.heddle.http3.connection;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;

/** Counts events in windows of a second. Any thread. */
final class RateLimit {
  private static final long WINDOW_NANOS = 1_000_000_000L;

  private final String what;
  private final int mostPerSecond;

  // Guarded by this.
  private long windowStart = System.nanoTime();
  private int count;

  RateLimit(String what, int mostPerSecond) {
    this.what = what;
    this.mostPerSecond = mostPerSecond;
  }

  /**
   * Counts one event.
   *
   * @throws ProtocolException if there were too many in this second
   */
  synchronized void count() throws ProtocolException {
    long now = System.nanoTime();
    if (now - windowStart > WINDOW_NANOS) {
      windowStart = now;
      count = 0;
    }
    if (++count > mostPerSecond) {
      // RFC 9114 §10.5: excessive use of harmless features is H3_EXCESSIVE_LOAD
      throw ProtocolException.connection(
          H3Error.H3_EXCESSIVE_LOAD, "more than " + mostPerSecond + " " + what + " in a second");
    }
  }
}
