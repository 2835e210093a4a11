package dev.heddle.bench;

import dev.heddle.Limits;
import dev.heddle.bench.load.DatagramLoad;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.TransferLoad;
import dev.heddle.bench.peer.Harness;
import dev.heddle.bench.peer.Peer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A process that is one peer, client and server: reads commands, answers each with one line. The
 * commands are {@code echo IN-FLIGHT WARM-UP COUNT MILLIS}, {@code datagrams IN-FLIGHT BYTES
 * CONTEXTS WARM-UP COUNT MILLIS}, {@code steady PER-SECOND BYTES CONTEXTS WARM-UP COUNT MILLIS},
 * {@code upload BYTES MILLIS} and {@code download BYTES MILLIS}; each runs on a new connection.
 * {@code connect IN-FLIGHT WARM-UP COUNT MILLIS} is about connections themselves, and so is {@code
 * idle COUNT MILLIS}. {@code relayed BYTES MILLIS WINDOW} is an upload through a relay: the answer
 * is first {@code port} and the server's port, then, after one more line with the relay's port, the
 * result. {@code go/main.go} understands the same.
 */
public final class Worker {
  private final Peer peer;
  private final BufferedReader commands;
  private final PrintStream answers;

  private Worker(Peer peer, PrintStream answers) {
    this.peer = peer;
    this.answers = answers;
    commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
  }

  /** Takes the peer's name. Ends with its standard input. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    new Worker(Peer.of(args[0]), answers).serve();
    System.exit(0);
  }

  private void serve() throws IOException {
    String command;
    while ((command = commands.readLine()) != null) {
      answer(answerTo(command.split(" ")));
    }
  }

  private void answer(String line) {
    answers.println(line);
    answers.flush();
  }

  private String answerTo(String[] command) {
    if (command[0].equals("idle")) {
      return idle(Integer.parseInt(command[1]), Duration.ofMillis(Long.parseLong(command[2])));
    }
    try (Harness harness = command[0].equals("relayed") ? relayed(command[3]) : peer.open()) {
      return run(harness, command).toLine();
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      return "failed " + e.toString().lines().findFirst().orElse("");
    }
  }

  private static String idle(int count, Duration limit) {
    try (IdleServer server = new IdleServer()) {
      return server.measured(count, limit).toLine();
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      return "failed " + e.toString().lines().findFirst().orElse("");
    }
  }

  private Harness relayed(String windowBytes) throws Exception {
    int window = Integer.parseInt(windowBytes);
    Limits limits =
        Limits.builder().streamWindowBytes(window).connectionWindowBytes(2 * window).build();
    return peer.open(
        limits,
        port -> {
          answer("port " + port);
          try {
            return Integer.parseInt(commands.readLine());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static Measured run(Harness harness, String[] command) throws Exception {
    return switch (command[0]) {
      case "echo" -> {
        if (!command[2].equals("0")) {
          harness.echo(echoes(command, 2));
        }
        yield harness.echo(echoes(command, 3));
      }
      case "connect" -> {
        harness.connects(echoes(command, 2));
        yield harness.connects(echoes(command, 3));
      }
      case "datagrams", "steady" -> {
        DatagramLoad warmUp = datagrams(command, 4);
        if (warmUp.count() > 0) {
          harness.datagrams(warmUp);
        }
        yield harness.datagrams(datagrams(command, 5));
      }
      case "upload", "relayed" -> harness.upload(transfer(command));
      case "download" -> harness.download(transfer(command));
      default -> throw new IllegalArgumentException("unknown command " + command[0]);
    };
  }

  private static EchoLoad echoes(String[] command, int count) {
    return new EchoLoad(
        Integer.parseInt(command[1]),
        Integer.parseInt(command[count]),
        Duration.ofMillis(Long.parseLong(command[4])),
        EchoLoad.SMALL);
  }

  private static DatagramLoad datagrams(String[] command, int count) {
    boolean steady = command[0].equals("steady");
    int pace = Integer.parseInt(command[1]);
    return new DatagramLoad(
        steady ? 0 : pace,
        steady ? pace : 0,
        Integer.parseInt(command[2]),
        Integer.parseInt(command[3]),
        Integer.parseInt(command[count]),
        Duration.ofMillis(Long.parseLong(command[6])));
  }

  private static TransferLoad transfer(String[] command) {
    return new TransferLoad(
        Long.parseLong(command[1]), Duration.ofMillis(Long.parseLong(command[2])));
  }
}
