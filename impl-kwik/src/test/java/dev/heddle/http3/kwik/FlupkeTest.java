package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.spi.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.flupke.Http3Client;
import tech.kwik.flupke.server.Http3ApplicationProtocolFactory;
import tech.kwik.flupke.server.HttpServerRequest;
import tech.kwik.flupke.server.HttpServerResponse;

/** flupke 0.9.4 as client of our server and as server of our client. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class FlupkeTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 5 << 20})
  void ourServerEchoesAFlupkeClientsPost(int size) throws Exception {
    byte[] body = bytes(size);
    // Not the echo that answers while it reads: flupke reads nothing before it has sent all, and
    // such an echo of more than both windows would wait for it for ever.
    try (Http3Server server =
        Http3Server.builder()
            .certificate(Loopback.CERTIFICATE)
            .handler(session ->
                session.respond(Headers.status(200), session.bodyReader().readAllBytes()))
            .start()) {
      HttpResponse<byte[]> response =
          flupkeClient()
              .send(
                  HttpRequest.newBuilder(Loopback.uri(server, "localhost"))
                      .POST(BodyPublishers.ofByteArray(body))
                      .build(),
                  BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 5 << 20})
  void ourServerSendsAFlupkeClientWhatItGets(int size) throws Exception {
    byte[] body = bytes(size);
    try (Http3Server server =
        Http3Server.builder()
            .certificate(Loopback.CERTIFICATE)
            .handler(session -> session.respond(Headers.status(200), body))
            .start()) {
      HttpResponse<byte[]> response = flupkeGets(server, "/");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304, 404, 500, 503})
  void aFlupkeClientSeesOurStatusAndFields(int status) throws Exception {
    try (Http3Server server =
        Http3Server.builder()
            .certificate(Loopback.CERTIFICATE)
            .handler(session ->
                session.respond(
                    Headers.status(status).with("x-path", session.headers().path().get()),
                    new byte[0]))
            .start()) {
      HttpResponse<byte[]> response = flupkeGets(server, "/some/where?x=1");
      assertThat(response.statusCode()).isEqualTo(status);
      assertThat(response.headers().firstValue("x-path")).contains("/some/where?x=1");
      assertThat(response.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 5 << 20})
  void aFlupkeServerEchoesOurClientsPost(int size) throws Exception {
    byte[] body = bytes(size);
    try (FlupkeServer server = FlupkeServer.start();
        SessionConnection connection = server.connect();
        Session session = connection.open(Headers.request("POST", server.uri("/echo")), body)) {
      assertThat(session.headers().status()).hasValue(200);
      assertThat(session.bodyReader().readAllBytes()).isEqualTo(body);
    }
  }

  @Test
  void aFlupkeServersStatusAndFieldsReachOurClient() throws Exception {
    try (FlupkeServer server = FlupkeServer.start();
        SessionConnection connection = server.connect()) {
      for (int i = 0; i < 20; i++) {
        try (Session session =
            connection.open(Headers.get(server.uri("/missing/" + i)), new byte[0])) {
          assertThat(session.headers().status()).hasValue(404);
          assertThat(session.headers().first("x-path")).contains("/missing/" + i);
          assertThat(session.bodyReader().readAllBytes()).isEmpty();
        }
      }
    }
  }

  @Test
  void aFlupkeServerAnswersOurClientsHead() throws Exception {
    try (FlupkeServer server = FlupkeServer.start();
        SessionConnection connection = server.connect();
        Session session =
            connection.open(Headers.request("HEAD", server.uri("/head")), new byte[0])) {
      assertThat(session.headers().status()).hasValue(404);
      assertThat(session.bodyReader().readAllBytes()).isEmpty();
    }
  }

  private static HttpResponse<byte[]> flupkeGets(Http3Server server, String path) throws Exception {
    URI uri = Loopback.uri(server, "localhost").resolve(path);
    return flupkeClient()
        .send(HttpRequest.newBuilder(uri).GET().build(), BodyHandlers.ofByteArray());
  }

  /** Its connections end when their server is closed: flupke has no way to close them. */
  private static HttpClient flupkeClient() throws IOException {
    HostName localhost = HostName.of("localhost");
    Trust trust = Trust.Pinned.of(Loopback.CERTIFICATE.sha256());
    return Http3Client.newBuilder()
        .trustManager(new CertificateCheck(Acceptance.of(trust, localhost)))
        .build();
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private record FlupkeServer(ForeignServer server, ExecutorService threads)
      implements AutoCloseable {
    static FlupkeServer start() throws Exception {
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      return new FlupkeServer(
          ForeignServer.start(
              "h3", new Http3ApplicationProtocolFactory(FlupkeServer::handle, Map.of(), threads)),
          threads);
    }

    SessionConnection connect() throws Exception {
      return Loopback.client().connect(uri("/"));
    }

    URI uri(String path) {
      return URI.create("https://127.0.0.1:" + server.port() + path);
    }

    private static void handle(HttpServerRequest request, HttpServerResponse response)
        throws IOException {
      response.addHeader("x-path", request.path());
      boolean echo = request.path().equals("/echo");
      response.setStatus(echo ? 200 : 404);
      if (echo) {
        response.getOutputStream().write(request.body().readAllBytes());
      }
    }

    @Override
    public void close() {
      server.close();
      threads.shutdownNow();
    }
  }
}
