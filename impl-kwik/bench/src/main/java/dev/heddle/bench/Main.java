package dev.heddle.bench;

import dev.heddle.bench.load.Measured;
import dev.heddle.bench.peer.Peer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Runs every row on every peer in turn, several times over, and prints the table of medians. */
public final class Main {
  /** A load average above this leaves client and server less than the machine. */
  private static final double MOST_LOAD = 0.75;

  private final Options options;
  private final Map<Peer, PeerProcess> processes = new EnumMap<>(Peer.class);
  private final Results results = new Results();

  private Main(Options options) {
    this.options = options;
  }

  /** Prints the table on standard output and what happens meanwhile on standard error. */
  public static void main(String[] args) throws Exception {
    Options options;
    try {
      if (args.length > 0 && args[0].equals("loss")) {
        System.out.println(LossTable.measured(LossOptions.parse(args)));
        return;
      }
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    System.out.println(new Main(options).run());
  }

  private String run() throws InterruptedException {
    String machine = machine();
    for (Peer peer : options.peers()) {
      if (!options.commandLine(peer).isEmpty()) {
        processes.put(peer, new PeerProcess(options.commandLine(peer)));
      }
    }
    try {
      for (Row row : options.rows()) {
        Set<Peer> peers = row.peers();
        peers.retainAll(processes.keySet());
        for (Peer peer : peers) {
          for (int i = 0; i < row.warmUps(options.quick()); i++) {
            run(row, peer, "warm-up", new Results());
          }
        }
        int repetitions = row.repetitions(options.repetitions());
        for (int i = 1; i <= repetitions; i++) {
          for (Peer peer : peers) {
            run(row, peer, i + " of " + repetitions, results);
          }
        }
      }
    } finally {
      processes.values().forEach(PeerProcess::close);
    }
    return machine + "\n\n" + new Table(results);
  }

  private void run(Row row, Peer peer, String which, Results into) throws InterruptedException {
    String outcome;
    try {
      Measured one =
          processes.get(peer).run(row.command(options.quick()), row.patience(options.quick()));
      into.add(row, peer, one);
      outcome =
          String.format(
              Locale.ROOT,
              "%,.0f /s, %d in %,d ms, median %,d us, p99 %,d us%s",
              one.perSecond(),
              one.units(),
              one.nanos() / 1_000_000,
              one.medianNanos() / 1_000,
              one.p99Nanos() / 1_000,
              memory(one) + processor(one));
    } catch (IOException e) {
      into.addFailure(row, peer, e.getMessage());
      outcome = e.getMessage();
    }
    System.err.printf("%-9s %-15s %-8s %s%n", row.option(), peer.title(), which, outcome);
  }

  private static String memory(Measured one) {
    return one.serverBytes() == 0 && one.clientBytes() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            ", server %,d bytes and client %,d bytes for each",
            one.serverBytes() / one.units(),
            one.clientBytes() / one.units());
  }

  private static String processor(Measured one) {
    return one.processorNanos() == 0
        ? ""
        : String.format(
            Locale.ROOT, ", processor %,d ns for each", one.processorNanos() / one.units());
  }

  private String machine() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(
        Locale.ROOT,
        "%s%s, %d cores, load average %.2f at the start, Java %s, %s%s, medians of %d",
        load > MOST_LOAD ? "THE MACHINE IS BUSY: no figure or ratio below is evidence.\n" : "",
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        Runtime.getRuntime().availableProcessors(),
        load,
        Runtime.version(),
        System.getProperty("os.name"),
        options.quick() ? ", quick" : "",
        options.repetitions());
  }
}
