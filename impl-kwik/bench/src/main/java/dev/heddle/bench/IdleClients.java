package dev.heddle.bench;

import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.bench.load.Measured;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;

/**
 * The process that holds the clients of {@link IdleServer}. Its commands are {@code open COUNT
 * MILLIS}, {@code before}, {@code after COUNT} and {@code again}.
 */
public final class IdleClients {
  private final URI origin;
  private final String certificateSha256;
  private final List<SessionConnection> connections = new ArrayList<>();
  private IdleSide side;

  private IdleClients(String port, String certificateSha256) {
    origin = URI.create("https://127.0.0.1:" + port);
    this.certificateSha256 = certificateSha256;
  }

  /** Takes the server's port and the hash of its certificate. Ends with its standard input. */
  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    IdleClients clients = new IdleClients(args[0], args[1]);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    String command;
    while ((command = commands.readLine()) != null) {
      answers.println(clients.answer(command.split(" ")));
      answers.flush();
    }
    System.exit(0);
  }

  private String answer(String[] command) {
    try {
      return switch (command[0]) {
        case "open" -> open(Integer.parseInt(command[1]), Long.parseLong(command[2])).toLine();
        case "before" -> before();
        case "after" -> Long.toString(side.grownBytes(Integer.parseInt(command[1])));
        case "again" -> again();
        default -> throw new IllegalArgumentException("unknown command " + command[0]);
      };
    } catch (Exception e) {
      e.printStackTrace();
      return "failed " + e;
    }
  }

  private Measured open(int count, long millis) throws Exception {
    long start = System.nanoTime();
    int opened = 0;
    while (opened < count && System.nanoTime() - start < millis * 1_000_000) {
      SessionConnection connection =
          Http3Client.builder()
              .trustSha256(certificateSha256)
              .limits(IdleServer.LIMITS)
              .connect(origin);
      connections.add(connection);
      request(connection);
      opened++;
    }
    return Measured.transfer(opened, start);
  }

  private String before() throws JMException {
    side = new IdleSide("client");
    return "ok";
  }

  private String again() throws Exception {
    for (SessionConnection connection : connections) {
      request(connection);
    }
    return Integer.toString(connections.size());
  }

  private void request(SessionConnection connection) throws Exception {
    try (Session session = connection.open(Headers.get(origin), new byte[0])) {
      if (session.headers().status().orElse(0) != 200
          || session.bodyReader().readAllBytes().length == 0) {
        throw new IllegalStateException("answered " + session.headers());
      }
    }
  }
}
