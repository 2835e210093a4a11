package dev.heddle.samples.docs;

import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.ServerCertificate;
import dev.heddle.SessionHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

final class ServerSnippet {
  private ServerSnippet() {}

  static SessionHandler handler() {
    // @start region=handler
    SessionHandler echo =
        session -> {
          session.respond(Headers.status(200).with("content-type", "text/plain"));
          session.bodyReader().transferTo(session.bodyWriter()); // byte by byte, as it comes
          session.finish(session.trailers());
        };
    // @end
    return echo;
  }

  static Limits limits() {
    // @start region=limits
    Limits limits =
        Limits.builder()
            .maxFieldSectionBytes(16_384)
            .maxConcurrentRequests(100)
            .idleTimeout(Duration.ofMinutes(2))
            .build();
    // @end
    return limits;
  }

  static void server(ServerCertificate certificate, SessionHandler handler, Limits limits)
      throws IOException, InterruptedException {
    // @start region=server
    try (Http3Server server =
        Http3Server.builder()
            .address("0.0.0.0", 443)
            .certificate(certificate)
            .handler(handler)
            .limits(limits)
            .start()) {
      System.out.println("listening on " + server.localAddress());
      Thread.sleep(Duration.ofHours(1)); // the server works on threads of its own
      server.shutdown(Duration.ofSeconds(10)); // what is in progress may end
    }
    // @end
  }

  static void certificates(char[] password) throws IOException {
    // @start region=certificates
    ServerCertificate fromPem =
        ServerCertificate.ofPem(Path.of("fullchain.pem"), Path.of("privkey.pem"));
    ServerCertificate fromPkcs12 = ServerCertificate.ofPkcs12(Path.of("server.p12"), password);

    ServerCertificate toTryThingsOut = ServerCertificate.development();
    System.out.println("clients may pin " + toTryThingsOut.sha256());
    // @end
    System.out.println(fromPem.sha256() + fromPkcs12.sha256());
  }
}
