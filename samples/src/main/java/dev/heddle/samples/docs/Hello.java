package dev.heddle.samples.docs;

import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import java.net.URI;

/** The README's first example: a server, a client and one request. */
public final class Hello {
  private Hello() {}

  /**
   * Runs the example.
   *
   * @param args none
   * @throws Exception if anything fails
   */
  public static void main(String[] args) throws Exception {
    // @start region=hello
    var certificate = ServerCertificate.development();
    try (var server =
        Http3Server.builder()
            .certificate(certificate)
            .handler(session -> session.respond(Headers.status(200), "hello\n".getBytes()))
            .start()) {

      var uri = URI.create("https://127.0.0.1:" + server.localAddress().getPort() + "/");
      try (var connection = Http3Client.builder().trustSha256(certificate.sha256()).connect(uri);
          var session = connection.open(Headers.get(uri), new byte[0])) {

        System.out.println(session.headers());
        System.out.print(new String(session.bodyReader().readAllBytes()));
      }
    }
    // @end
  }
}
