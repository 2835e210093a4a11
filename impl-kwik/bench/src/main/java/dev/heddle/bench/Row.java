package dev.heddle.bench;

import dev.heddle.bench.peer.Peer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The loads, each a row of the table, or two. */
enum Row {
  ECHO_100,
  ECHO_1,
  UPLOAD,
  DOWNLOAD,
  CONNECT_1,
  CONNECT_8,
  IDLE,
  PING_100,
  PING_1000,
  DATAGRAMS_100,
  DATAGRAMS_1000,
  CONTEXTS_1,
  CONTEXTS_100,
  CONTEXTS_10000,
  STEADY_1,
  STEADY_100,
  STEADY_10000;

  private static final int QUICK_SHARE = 10;
  private static final int STEADY_PER_SECOND = 20_000;
  private static final long TRANSFER_BYTES = 250_000_000;

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
    long bytes = quick ? TRANSFER_BYTES / QUICK_SHARE : TRANSFER_BYTES;
    return switch (this) {
      case ECHO_100 -> "echo 100 4000 " + (quick ? 20_000 : 200_000) + " " + millis;
      case ECHO_1 -> "echo 1 500 " + (quick ? 4_000 : 40_000) + " " + millis;
      case UPLOAD -> "upload " + bytes + " " + millis;
      case DOWNLOAD -> "download " + bytes + " " + millis;
      case CONNECT_1 -> "connect 1 50 " + (quick ? 200 : 2_000) + " " + millis;
      case CONNECT_8 -> "connect 8 50 " + (quick ? 400 : 4_000) + " " + millis;
      case IDLE -> "idle " + (quick ? 200 : 1_000) + " " + millis;
      case PING_100 -> datagrams(1, 100, 0, quick);
      case PING_1000 -> datagrams(1, 1_000, 0, quick);
      case DATAGRAMS_100 -> datagrams(256, 100, 0, quick);
      case DATAGRAMS_1000 -> datagrams(256, 1_000, 0, quick);
      case CONTEXTS_1 -> datagrams(256, 100, 1, quick);
      case CONTEXTS_100 -> datagrams(256, 100, 100, quick);
      case CONTEXTS_10000 -> datagrams(256, 100, 10_000, quick);
      case STEADY_1 -> steady(1, quick);
      case STEADY_100 -> steady(100, quick);
      case STEADY_10000 -> steady(10_000, quick);
    };
  }

  private String datagrams(int inFlight, int bytes, int contexts, boolean quick) {
    int count = (inFlight == 1 ? 40_000 : 1_000_000) / (quick ? QUICK_SHARE : 1);
    int warmUp = inFlight == 1 ? 500 : 20_000;
    return String.format(
        Locale.ROOT,
        "datagrams %d %d %d %d %d %d",
        inFlight,
        bytes,
        contexts,
        warmUp,
        count,
        limit(quick).toMillis());
  }

  private String steady(int contexts, boolean quick) {
    int count = (int) (STEADY_PER_SECOND * limit(quick).toMillis() / 1_000);
    return String.format(
        Locale.ROOT,
        "steady %d %d %d %d %d %d",
        STEADY_PER_SECOND,
        100,
        contexts,
        STEADY_PER_SECOND / 4,
        count,
        limit(quick).toMillis());
  }

  /**
   * Who is measured here: not every peer has datagrams, only Heddle has contexts, and flupke keeps
   * its connections to itself.
   */
  Set<Peer> peers() {
    return switch (this) {
      case ECHO_100, ECHO_1, UPLOAD, DOWNLOAD -> EnumSet.allOf(Peer.class);
      case CONNECT_1, CONNECT_8 -> EnumSet.of(Peer.HEDDLE, Peer.STREAMS, Peer.NETTY, Peer.GO);
      case IDLE -> EnumSet.of(Peer.HEDDLE, Peer.GO);
      case PING_100, PING_1000, DATAGRAMS_100, DATAGRAMS_1000 ->
          EnumSet.of(Peer.HEDDLE, Peer.STREAMS, Peer.GO);
      case CONTEXTS_1, CONTEXTS_100, CONTEXTS_10000, STEADY_1, STEADY_100, STEADY_10000 ->
          EnumSet.of(Peer.HEDDLE);
    };
  }

  /** After which time a run starts nothing new. */
  Duration limit(boolean quick) {
    return switch (this) {
      case UPLOAD, DOWNLOAD, IDLE -> Duration.ofSeconds(quick ? 5 : 10);
      case STEADY_1, STEADY_100, STEADY_10000 -> Duration.ofSeconds(quick ? 2 : 5);
      default -> Duration.ofMillis(quick ? 1_000 : 2_000);
    };
  }

  /**
   * After which time a worker is given up: both loops of an echo command, and 15 s more, or a
   * minute where another process is started and memory is collected many times over.
   */
  Duration patience(boolean quick) {
    return limit(quick).multipliedBy(2).plusSeconds(this == IDLE ? 60 : 15);
  }

  /** Runs that are not counted, so that compilers have done their work. */
  int warmUps(boolean quick) {
    return switch (this) {
      case ECHO_100, CONNECT_1 -> quick ? 2 : 3;
      case IDLE -> 0; // warms itself up, in a process that is new each time
      default -> 1;
    };
  }

  /** How often the row is run: memory differs little from run to run. */
  int repetitions(int wanted) {
    return this == IDLE ? Math.min(wanted, 3) : wanted;
  }
}
