package dev.heddle.bench.load;

import java.time.Duration;

/**
 * One large body on one stream.
 *
 * @param bytes how many at most
 * @param limit after which time the sender of an upload ends the body, and the receiver of a
 *     download gives up the rest
 */
public record TransferLoad(long bytes, Duration limit) {
  /**
   * The moment after which nothing more is sent or wanted, in terms of {@link System#nanoTime()}.
   */
  public long deadline() {
    return System.nanoTime() + limit.toNanos();
  }
}
