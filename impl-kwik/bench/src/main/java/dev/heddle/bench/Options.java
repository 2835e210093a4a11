package dev.heddle.bench;

import dev.heddle.bench.peer.Peer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line of {@code run}.
 *
 * @param quick small counts
 * @param repetitions how often each peer runs each row
 * @param peers the columns to fill
 * @param rows the rows to fill
 * @param go the program that stands for quic-go
 * @param jvm what each worker's JVM is given
 */
record Options(
    boolean quick, int repetitions, List<Peer> peers, List<Row> rows, Path go, List<String> jvm) {

  static final String USAGE =
      """
      usage: run [--quick] [--repetitions N] [--peers heddle,streams,flupke,netty,go]
                 [--rows echo100,echo1,upload,download,connect1,connect8,idle,ping100,ping1000,
                 datagrams100,datagrams1000,contexts1,contexts100,contexts10000,
                 steady1,steady100,steady10000]
                 [--jvm OPTION]...
             run loss [--quick] [--repetitions N] [--peers heddle,go] [--rtt MS,MS...]
                 [--loss PERCENT,PERCENT...] [--jvm OPTION]...
             run jmh [JMH's options]
      """;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  static Options parse(String[] args) {
    boolean quick = false;
    int repetitions = 5;
    List<Peer> peers = List.of(Peer.values());
    List<Row> rows = List.of(Row.values());
    Path go = Path.of("go-peer");
    List<String> jvm = new ArrayList<>(List.of("-Xms1g", "-Xmx2g"));
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> quick = true;
        case "--repetitions" -> repetitions = Integer.parseInt(value(args, ++i));
        case "--peers" -> peers = list(value(args, ++i)).map(Peer::of).toList();
        case "--rows" -> rows = list(value(args, ++i)).map(Row::of).toList();
        case "--go" -> go = Path.of(value(args, ++i));
        case "--jvm" -> jvm.add(value(args, ++i));
        default -> throw new IllegalArgumentException("what is " + args[i] + "?");
      }
    }
    return new Options(quick, repetitions, peers, rows, go, List.copyOf(jvm));
  }

  static String value(String[] args, int i) {
    if (i == args.length) {
      throw new IllegalArgumentException(args[i - 1] + " needs a value");
    }
    return args[i];
  }

  private static java.util.stream.Stream<String> list(String value) {
    return Arrays.stream(value.split(","));
  }

  /** How to start a peer; empty if its program is not there. */
  List<String> commandLine(Peer peer) {
    return commandLine(peer, go, jvm);
  }

  /** The same for any program and JVM options. */
  static List<String> commandLine(Peer peer, Path go, List<String> jvm) {
    if (peer == Peer.GO) {
      return Files.isExecutable(go) ? List.of(go.toAbsolutePath().toString()) : List.of();
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(jvm);
    line.add("--enable-native-access=ALL-UNNAMED");
    line.add("-Dtech.kwik.core.no-security-warnings=true"); // some peers trust any certificate
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(Worker.class.getName());
    line.add(peer.option());
    return line;
  }
}
