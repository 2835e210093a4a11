package dev.heddle.bench;

import dev.heddle.bench.load.Measured;
import dev.heddle.bench.peer.Peer;
import dev.heddle.bench.relay.Relay;
import dev.heddle.bench.relay.SocketDrops;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Uploads through a {@link Relay}, Heddle to Heddle and quic-go to quic-go in turn, at every
 * round-trip time and loss, as a table.
 */
final class LossTable {
  private static final long BYTES = 50_000_000;
  private static final int WINDOW_BYTES = 32 << 20;
  private static final Duration GRACE = Duration.ofSeconds(40);
  private static final int QUICK_SHARE = 10;

  private final LossOptions options;
  private final Map<Peer, PeerProcess> processes = new EnumMap<>(Peer.class);
  private final StringBuilder table = new StringBuilder();

  private LossTable(LossOptions options) {
    this.options = options;
  }

  /** Runs everything and returns the table; what happens meanwhile goes to standard error. */
  static String measured(LossOptions options) throws InterruptedException {
    return new LossTable(options).run();
  }

  private String run() throws InterruptedException {
    for (Peer peer : options.peers()) {
      if (!options.commandLine(peer).isEmpty()) {
        processes.put(peer, new PeerProcess(options.commandLine(peer)));
      }
    }
    table.append("| upload on one stream through a relay [MB/s] | Heddle | quic-go | ratio |\n");
    table.append("|:-|-:|-:|-:|\n");
    try {
      for (int roundTrip : options.roundTripMillis()) {
        for (double loss : options.lossPercents()) {
          cell(Duration.ofMillis(roundTrip), loss);
        }
      }
    } finally {
      processes.values().forEach(PeerProcess::close);
    }
    return table.toString();
  }

  private void cell(Duration roundTrip, double percent) throws InterruptedException {
    Map<Peer, List<Double>> rates = new EnumMap<>(Peer.class);
    for (int i = 0; i <= options.repetitions(); i++) {
      for (Peer peer : processes.keySet()) {
        boolean warmUp = i == 0;
        try {
          double rate = upload(peer, roundTrip, percent, i).perSecond() / 1e6;
          if (!warmUp) {
            rates.computeIfAbsent(peer, _ -> new ArrayList<>()).add(rate);
          }
        } catch (IOException e) {
          System.err.println(peer.title() + ": " + e.getMessage());
        }
      }
    }
    double heddle = median(rates.get(Peer.HEDDLE));
    double go = median(rates.get(Peer.GO));
    table.append(
        String.format(
            Locale.ROOT,
            "| %d ms, %.1f %% lost each way | %.2f | %.2f | %.2f |%n",
            roundTrip.toMillis(),
            percent,
            heddle,
            go,
            heddle / go));
  }

  private static double median(List<Double> rates) {
    return rates == null
        ? Double.NaN
        : rates.stream().sorted().skip((rates.size() - 1) / 2).findFirst().orElseThrow();
  }

  /** One upload; run 0 is a warm-up and ends sooner. The same packets are lost for all peers. */
  private Measured upload(Peer peer, Duration roundTrip, double percent, int run)
      throws IOException, InterruptedException {
    Duration limit =
        Duration.ofSeconds(run == 0 ? 3 : 20).dividedBy(options.quick() ? QUICK_SHARE : 1);
    PeerProcess process = processes.get(peer);
    String command = "relayed " + BYTES + " " + limit.toMillis() + " " + WINDOW_BYTES;
    String answer = process.ask(command, GRACE);
    if (!answer.startsWith("port ")) {
      throw new IOException(answer);
    }
    int serverPort = Integer.parseInt(answer.substring("port ".length()));
    try (Relay relay = new Relay(serverPort, roundTrip, percent / 100, run);
        SocketDrops drops = new SocketDrops(() -> names(relay, serverPort))) {
      Measured measured = process.run(Integer.toString(relay.port()), limit.plus(GRACE));
      System.err.printf(
          Locale.ROOT,
          "%-7s %3d ms %.1f %% %s %.2f MB/s in %,d ms; %s; dropped by sockets %s%n",
          peer.title(),
          roundTrip.toMillis(),
          percent,
          run == 0 ? "warm-up" : run + " of " + options.repetitions(),
          measured.perSecond() / 1e6,
          measured.nanos() / 1_000_000,
          relay.report(),
          new TreeMap<>(drops.seen()));
      return measured;
    }
  }

  private static Map<Integer, String> names(Relay relay, int serverPort) throws IOException {
    int[] ports = relay.ports();
    Map<Integer, String> names = new HashMap<>();
    names.put(ports[0], "relay's front");
    names.put(ports[1], "relay's back");
    names.put(ports[2], "client");
    names.put(serverPort, "server");
    return names;
  }
}
