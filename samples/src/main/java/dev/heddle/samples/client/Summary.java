package dev.heddle.samples.client;

import java.util.Arrays;
import java.util.Locale;

/**
 * What many requests came to.
 *
 * @param count how many were made
 * @param errors how many of them got no response below 400
 * @param elapsedNanos from the first one's start to the last one's end
 * @param sortedNanos how long each took that got a response, shortest first
 */
record Summary(int count, int errors, long elapsedNanos, long[] sortedNanos) {

  static Summary of(int count, int errors, long elapsedNanos, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Summary(count, errors, elapsedNanos, sorted);
  }

  /** The time that this share of the requests did not exceed (nearest rank), 0 without any. */
  long percentile(int percent) {
    if (sortedNanos.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceilDiv((long) sortedNanos.length * percent, 100L);
    return sortedNanos[rank - 1];
  }

  String text() {
    return String.format(
        Locale.ROOT,
        """
        requests         %d
        errors           %d
        per second       %.1f
        median           %s
        99th percentile  %s
        """,
        count,
        errors,
        count / Math.max(elapsedNanos / 1e9, 1e-9),
        millis(percentile(50)),
        millis(percentile(99)));
  }

  static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
  }
}
