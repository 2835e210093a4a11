package dev.heddle.bench;

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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * A process that is one peer, client and server: reads commands, answers each with one line. The
 * commands are {@code echo IN-FLIGHT WARM-UP COUNT MILLIS}, {@code datagrams IN-FLIGHT BYTES
 * CONTEXTS WARM-UP COUNT MILLIS}, {@code upload BYTES MILLIS} and {@code download BYTES MILLIS};
 * each runs on a new connection. {@code go/main.go} understands the same.
 */
public final class Worker {
  private Worker() {}

  /** Takes the peer's name. Ends with its standard input. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    serve(Peer.of(args[0])::open, answers);
    System.exit(0);
  }

  private static void serve(Callable<Harness> peer, PrintStream answers) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    String command;
    while ((command = commands.readLine()) != null) {
      answers.println(answer(peer, command.split(" ")));
      answers.flush();
    }
  }

  private static String answer(Callable<Harness> peer, String[] command) {
    try (Harness harness = peer.call()) {
      return run(harness, command).toLine();
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      return "failed " + e.toString().lines().findFirst().orElse("");
    }
  }

  private static Measured run(Harness harness, String[] command) throws Exception {
    return switch (command[0]) {
      case "echo" -> {
        int inFlight = Integer.parseInt(command[1]);
        Duration limit = Duration.ofMillis(Long.parseLong(command[4]));
        int warmUp = Integer.parseInt(command[2]);
        if (warmUp > 0) {
          harness.echo(new EchoLoad(inFlight, warmUp, limit, EchoLoad.SMALL));
        }
        int count = Integer.parseInt(command[3]);
        yield harness.echo(new EchoLoad(inFlight, count, limit, EchoLoad.SMALL));
      }
      case "datagrams" -> {
        DatagramLoad warmUp = datagrams(command, 4);
        if (warmUp.count() > 0) {
          harness.datagrams(warmUp);
        }
        yield harness.datagrams(datagrams(command, 5));
      }
      case "upload" -> harness.upload(transfer(command));
      case "download" -> harness.download(transfer(command));
      default -> throw new IllegalArgumentException("unknown command " + command[0]);
    };
  }

  private static DatagramLoad datagrams(String[] command, int count) {
    return new DatagramLoad(
        Integer.parseInt(command[1]),
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
