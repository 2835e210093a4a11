package dev.heddle.bench;

import java.time.Duration;
import java.util.Locale;

/** The loads, each a row of the table, or two. */
enum Row {
  ECHO_100,
  ECHO_1,
  UPLOAD,
  DOWNLOAD;

  private static final int QUICK_SHARE = 10;

  /** The name on a command line. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace("_", "");
  }

  static Row of(String option) {
    for (Row row : values()) {
      if (row.option().equals(option)) {
        return row;
      }
    }
    throw new IllegalArgumentException("there is no row " + option);
  }

  /** What the worker is told. The counts are bounds, so that a run ends by count or by time. */
  String command(boolean quick) {
    long millis = limit(quick).toMillis();
    long bytes = quick ? 500_000_000 / QUICK_SHARE : 500_000_000;
    return switch (this) {
      case ECHO_100 -> "echo 100 4000 " + (quick ? 20_000 : 200_000) + " " + millis;
      case ECHO_1 -> "echo 1 500 " + (quick ? 4_000 : 40_000) + " " + millis;
      case UPLOAD -> "upload " + bytes + " " + millis;
      case DOWNLOAD -> "download " + bytes + " " + millis;
    };
  }

  /** After which time a run starts nothing new. */
  Duration limit(boolean quick) {
    return switch (this) {
      case ECHO_100, ECHO_1 -> Duration.ofMillis(quick ? 1_000 : 4_000);
      case UPLOAD, DOWNLOAD -> Duration.ofSeconds(quick ? 5 : 30);
    };
  }

  /** After which time a worker is given up: both loops of an echo command, and 15 s more. */
  Duration patience(boolean quick) {
    return limit(quick).multipliedBy(2).plusSeconds(15);
  }

  /** Runs that are not counted, so that compilers have done their work. */
  int warmUps(boolean quick) {
    return switch (this) {
      case ECHO_100 -> quick ? 2 : 3;
      case ECHO_1, UPLOAD, DOWNLOAD -> 1;
    };
  }
}
