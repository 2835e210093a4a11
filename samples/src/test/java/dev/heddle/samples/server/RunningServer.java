package dev.heddle.samples.server;

import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.SessionConnection;
import dev.heddle.samples.cli.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The sample server on a free port of loopback, in this process. */
public final class RunningServer implements AutoCloseable {
  private final ServerCertificate certificate = ServerCertificate.development();
  private final ByteArrayOutputStream faults = new ByteArrayOutputStream();
  private final Http3Server server;

  public RunningServer() throws IOException, UsageException {
    server =
        SampleServer.start(
            ServerCommand.parse("--port", "0"),
            certificate,
            SampleServer.endpoints(new PrintStream(faults, true, StandardCharsets.UTF_8)));
  }

  public URI uri(String path) {
    return URI.create("https://127.0.0.1:" + server.localAddress().getPort() + path);
  }

  public String sha256() {
    return certificate.sha256();
  }

  public ServerCertificate certificate() {
    return certificate;
  }

  public SessionConnection connect() throws IOException, InterruptedException {
    return Http3Client.builder().trustSha256(sha256()).connect(uri("/"));
  }

  /** The lines about clients' faults so far. */
  public List<String> faults() {
    return faults.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
