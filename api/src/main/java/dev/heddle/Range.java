package dev.heddle;

import java.time.Duration;

/**
 * The ranges of limits, in a class that needs no other, so that each of those which use it can be
 * the first to be loaded. Stateless, any thread.
 */
final class Range {
  private Range() {}

  static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          String.format("%s must be %,d to %,d, not %,d", name, least, most, value));
    }
  }

  static void require(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
