package dev.heddle.bench.peer;

import dev.heddle.Limits;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** The columns of the table, in order. */
public enum Peer {
  /** The library under test. */
  HEDDLE("Heddle"),
  /** What it costs at least. */
  STREAMS("bare kwik-loom"),
  /** flupke 0.9 on kwik-loom. */
  FLUPKE("flupke"),
  /** netty's HTTP/3 over quiche. */
  NETTY("netty (quiche)"),
  /** A program of its own, in the directory {@code go}. */
  GO("quic-go");

  private final String title;

  Peer(String title) {
    this.title = title;
  }

  /** The column's heading. */
  public String title() {
    return title;
  }

  /** The name on a command line. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The peer of that name. */
  public static Peer of(String option) {
    return valueOf(option.toUpperCase(Locale.ROOT));
  }

  /**
   * Starts a server and connects a client to it, in this process.
   *
   * @throws IllegalArgumentException for {@link #GO}, which is no Java
   */
  public Harness open() throws Exception {
    return open(Limits.defaults(), port -> port);
  }

  /**
   * The same through a relay, with windows of this size where the peer lets them be chosen.
   *
   * @param limits for both sides of Heddle
   * @param relay takes the server's port and gives the one that the client connects to
   */
  public Harness open(Limits limits, IntUnaryOperator relay) throws Exception {
    return switch (this) {
      case HEDDLE -> new HeddleHarness(limits, relay);
      case STREAMS -> new StreamsHarness();
      case FLUPKE -> new FlupkeHarness();
      case NETTY -> new NettyHarness();
      case GO -> throw new IllegalArgumentException("quic-go runs in a process of its own");
    };
  }
}
