package dev.heddle.bench;

import dev.heddle.bench.peer.Peer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line of {@code run loss}.
 *
 * @param quick a second for each upload, and one of each
 * @param repetitions how often each peer runs each cell
 * @param peers Heddle, quic-go or both
 * @param roundTripMillis the round-trip times that the relay makes
 * @param lossPercents the shares of packets that it loses, each way
 * @param go the program that stands for quic-go
 * @param jvm what Heddle's JVM is given
 */
record LossOptions(
    boolean quick,
    int repetitions,
    List<Peer> peers,
    List<Integer> roundTripMillis,
    List<Double> lossPercents,
    Path go,
    List<String> jvm) {

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  static LossOptions parse(String[] args) {
    boolean quick = false;
    int repetitions = 3;
    List<Peer> peers = List.of(Peer.HEDDLE, Peer.GO);
    List<Integer> roundTrips = List.of(20, 100);
    List<Double> losses = List.of(0.0, 1.0, 5.0);
    Path go = Path.of("go-peer");
    List<String> jvm = new ArrayList<>(List.of("-Xms1g", "-Xmx2g"));
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "loss" -> {} // what brought us here
        case "--quick" -> quick = true;
        case "--repetitions" -> repetitions = Integer.parseInt(Options.value(args, ++i));
        case "--peers" -> peers = list(args, ++i).stream().map(LossOptions::peer).toList();
        case "--rtt" -> roundTrips = list(args, ++i).stream().map(Integer::valueOf).toList();
        case "--loss" -> losses = list(args, ++i).stream().map(Double::valueOf).toList();
        case "--go" -> go = Path.of(Options.value(args, ++i));
        case "--jvm" -> jvm.add(Options.value(args, ++i));
        default -> throw new IllegalArgumentException("what is " + args[i] + "?");
      }
    }
    return new LossOptions(
        quick, quick ? 1 : repetitions, peers, roundTrips, losses, go, List.copyOf(jvm));
  }

  private static Peer peer(String name) {
    Peer peer = Peer.of(name);
    if (peer != Peer.HEDDLE && peer != Peer.GO) {
      throw new IllegalArgumentException(peer.title() + " has no upload through a relay");
    }
    return peer;
  }

  private static List<String> list(String[] args, int i) {
    return Arrays.asList(Options.value(args, i).split(","));
  }

  /** How to start a peer; empty if its program is not there. */
  List<String> commandLine(Peer peer) {
    return Options.commandLine(peer, go, jvm);
  }
}
