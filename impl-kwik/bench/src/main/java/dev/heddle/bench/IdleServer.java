package dev.heddle.bench;

import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.ServerCertificate;
import dev.heddle.bench.load.Measured;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what idle connections cost. The server is this process, the clients are another, so that
 * each side's memory is seen by itself. What the first connections cost once is not counted.
 */
final class IdleServer implements AutoCloseable {
  /** Both sides keep quiet connections for longer than the whole measurement. */
  static final Limits LIMITS = Limits.builder().idleTimeout(Duration.ofMinutes(5)).build();

  private static final int FIRST = 100;
  private static final Duration QUIET = Duration.ofSeconds(1);

  private final Http3Server server;
  private final PeerProcess clients;

  IdleServer() throws Exception {
    ServerCertificate certificate = ServerCertificate.development();
    byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
    server =
        Http3Server.builder()
            .certificate(certificate)
            .limits(LIMITS)
            .handler(session -> session.respond(Headers.status(200), hello))
            .start();
    String port = Integer.toString(server.localAddress().getPort());
    clients = new PeerProcess(commandLine(port, certificate.sha256()));
  }

  private static List<String> commandLine(String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(IdleClients.class.getName());
    line.addAll(List.of(arguments));
    return line;
  }

  /** As many connections as can be made in that time; each is asked again after it was measured. */
  Measured measured(int most, Duration limit) throws Exception {
    Duration patience = limit.plusSeconds(25);
    long first = clients.run("open " + FIRST + " " + limit.toMillis(), patience).units();
    clients.ask("before", patience);
    IdleSide side = new IdleSide("server");
    Measured opened = clients.run("open " + most + " " + limit.toMillis(), patience);
    Thread.sleep(QUIET);
    int count = Math.toIntExact(opened.units());
    long clientBytes = Long.parseLong(clients.ask("after " + count, patience));
    long serverBytes = side.grownBytes(count);
    String alive = clients.ask("again", patience);
    if (!alive.equals(Long.toString(first + count))) {
      throw new IllegalStateException(
          "of " + (first + count) + " connections this many were still there: " + alive);
    }
    return Measured.memory(count, opened.nanos(), serverBytes, clientBytes);
  }

  @Override
  public void close() {
    clients.close();
    server.close();
  }
}
