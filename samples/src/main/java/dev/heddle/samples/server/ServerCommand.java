package dev.heddle.samples.server;

import dev.heddle.ServerCertificate;
import dev.heddle.samples.cli.Arguments;
import dev.heddle.samples.cli.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the server's command line asks for.
 *
 * @param host where to listen
 * @param port where to listen; 0 picks a free port
 * @param certificate the certificate and key file; empty for a development certificate
 */
record ServerCommand(String host, int port, Optional<PemPair> certificate) {
  static final String USAGE =
      "usage: samples/run server [--host 127.0.0.1] [--port 4433]"
          + " [--cert FILE.pem --key FILE.pem]";

  /** The two files of a certificate. */
  record PemPair(Path certificate, Path key) {}

  static ServerCommand parse(String... words) throws UsageException {
    String host = "127.0.0.1";
    int port = 4433;
    Path certificate = null;
    Path key = null;
    Arguments arguments = new Arguments(words);
    while (arguments.more()) {
      String word = arguments.next();
      switch (word) {
        case "--host" -> host = arguments.valueOf(word);
        case "--port" -> port = arguments.numberOf(word, 0, 65_535);
        case "--cert" -> certificate = arguments.fileOf(word);
        case "--key" -> key = arguments.fileOf(word);
        default -> throw new UsageException("the server has no option " + word);
      }
    }
    if ((certificate == null) != (key == null)) {
      throw new UsageException("--cert and --key go together");
    }
    return new ServerCommand(
        host,
        port,
        certificate == null ? Optional.empty() : Optional.of(new PemPair(certificate, key)));
  }

  ServerCertificate load() throws IOException {
    return certificate.isEmpty()
        ? ServerCertificate.development()
        : ServerCertificate.ofPem(certificate.get().certificate(), certificate.get().key());
  }
}
