package dev.heddle.flupke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.flupke.server.HttpRequestHandler;
import tech.kwik.flupke.server.HttpServerRequest;
import tech.kwik.flupke.server.HttpServerResponse;

/** The same handler, mounted here and on flupke's own server, gives the same answers. */
@Timeout(60)
class FlupkeHandlerTest {
  private static final ServerCertificate CERTIFICATE = ServerCertificate.development();

  private record Answer(int status, List<String> fields, String body) {}

  private static Answer joined(Answer answer) {
    Map<String, String> fields = new TreeMap<>();
    for (String field : answer.fields()) {
      String[] pair = field.split("=", 2);
      fields.merge(pair[0], pair[1], (one, other) -> one + "," + other);
    }
    return new Answer(answer.status(), List.of(fields.toString()), answer.body());
  }

  private static List<Headers> requests() {
    URI uri = URI.create("https://localhost/");
    return List.of(
        Headers.request("POST", uri.resolve("/echo?x=1")).with("x-one", "1"),
        Headers.get(uri.resolve("/echo")),
        Headers.get(uri.resolve("/empty")),
        Headers.get(uri.resolve("/nothing")),
        Headers.get(uri.resolve("/fields")).with("accept", "a").with("accept", "b"),
        Headers.request("DELETE", uri.resolve("/no/such/thing")));
  }

  private static void handle(HttpServerRequest request, HttpServerResponse response)
      throws IOException {
    switch (request.path().split("\\?", 2)[0]) {
      case "/echo" -> {
        response.setStatus(200);
        response.addHeader("Content-Type", "text/plain");
        response.addHeader("x-many", List.of("1", "2"));
        OutputStream out = response.getOutputStream();
        out.write((request.method() + " " + request.path() + " ").getBytes(StandardCharsets.UTF_8));
        out.write(request.body().readAllBytes());
        out.write('.');
      }
      case "/empty" -> {
        response.setStatus(202);
        response.setHeaders(HttpHeaders.of(Map.of("X-Set", List.of("yes")), (n, v) -> true));
      }
      case "/nothing" -> {
        // sets no status
      }
      case "/fields" -> {
        response.setStatus(200);
        String text = request.authority() + request.headers().allValues("Accept");
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      }
      default -> response.setStatus(404);
    }
  }

  /** But for this: flupke joins several values of a field to one. */
  @Test
  void itAnswersAsOnFlupkesServer() throws Exception {
    try (FlupkeServer theirs = FlupkeServer.start(CERTIFICATE, FlupkeHandlerTest::handle);
        Http3Server ours = mounted(FlupkeHandlerTest::handle)) {
      for (Headers request : requests()) {
        assertThat(joined(answer(ours.localAddress().getPort(), request)))
            .isEqualTo(joined(answer(theirs.port(), request)));
      }
    }
  }

  /** The example of the README. */
  @Test
  void anExistingHandlerIsMountedInOneCall() throws Exception {
    ServerCertificate certificate = CERTIFICATE;
    HttpRequestHandler existing =
        (request, response) -> {
          response.setStatus(200);
          response.addHeader("Content-Type", "text/plain");
          request.body().transferTo(response.getOutputStream());
        };
    Http3Server server =
        Http3Server.builder().certificate(certificate).handler(FlupkeHandler.of(existing)).start();
    try (server) {
      Headers request = Headers.request("POST", URI.create("https://localhost/"));
      assertThat(answer(server.localAddress().getPort(), request))
          .isEqualTo(new Answer(200, List.of("content-type=text/plain"), "body"));
    }
  }

  @Test
  void theAnswerIsWhatTheHandlerSays() throws Exception {
    try (Http3Server server = mounted(FlupkeHandlerTest::handle)) {
      Headers request = Headers.request("POST", URI.create("https://localhost/echo?x=1"));
      assertThat(answer(server.localAddress().getPort(), request))
          .isEqualTo(
              new Answer(
                  200,
                  List.of("content-type=text/plain", "x-many=1", "x-many=2"),
                  "POST /echo?x=1 body."));
    }
  }

  @Test
  void theHandlerSeesTheClientAndHowMuchItHasSent() throws Exception {
    AtomicReference<InetAddress> client = new AtomicReference<>();
    AtomicReference<Long> size = new AtomicReference<>();
    try (Http3Server server =
        mounted((request, response) -> {
          client.set(request.clientAddress());
          response.setStatus(200);
          response.getOutputStream().write(new byte[7]);
          response.getOutputStream().write(7);
          size.set(response.size());
        })) {
      answer(server.localAddress().getPort(), Headers.get(URI.create("https://localhost/")));
    }
    assertThat(client.get()).isEqualTo(InetAddress.getByName("127.0.0.1"));
    assertThat(size.get()).isEqualTo(8);
  }

  @Test
  void aHandlerThatFailsGives500OrAReset() throws Exception {
    try (Http3Server server =
        mounted((request, response) -> {
          if (request.path().equals("/late")) {
            response.setStatus(200);
            response.getOutputStream().write(1);
          }
          throw new IOException("disk");
        })) {
      int port = server.localAddress().getPort();
      URI uri = URI.create("https://localhost/");
      assertThat(answer(port, Headers.get(uri)).status()).isEqualTo(500);
      assertThat(catchThrowable(() -> answer(port, Headers.get(uri.resolve("/late")))))
          .isInstanceOf(StreamResetException.class);
    }
  }

  @Test
  void whatComesTooLateOrTooEarlyIsRefused() throws Exception {
    AtomicReference<Throwable> early = new AtomicReference<>();
    AtomicReference<Throwable> late = new AtomicReference<>();
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    try (Http3Server server =
        mounted((request, response) -> {
          early.set(catchThrowable(response::getOutputStream));
          wrong.set(catchThrowable(() -> response.setStatus(99)));
          response.setStatus(200);
          response.getOutputStream();
          late.set(catchThrowable(() -> response.addHeader("a", "b")));
        })) {
      int port = server.localAddress().getPort();
      assertThat(answer(port, Headers.get(URI.create("https://localhost/"))).status())
          .isEqualTo(200);
    }
    assertThat(early.get()).isInstanceOf(IllegalStateException.class);
    assertThat(wrong.get()).isInstanceOf(IllegalArgumentException.class);
    assertThat(late.get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void connectIsNotForIt() throws Exception {
    try (Http3Server server = mounted(FlupkeHandlerTest::handle);
        SessionConnection connection = connect(server.localAddress().getPort());
        Session session =
            connection.open(Headers.connect(URI.create("https://localhost/"), "talk"))) {
      assertThat(session.headers().status()).hasValue(501);
    }
  }

  private static Http3Server mounted(HttpRequestHandler handler) throws IOException {
    return Http3Server.builder()
        .certificate(CERTIFICATE)
        .handler(FlupkeHandler.of(handler))
        .start();
  }

  private static SessionConnection connect(int port) throws Exception {
    return Http3Client.builder()
        .trustSha256(CERTIFICATE.sha256())
        .connect(URI.create("https://127.0.0.1:" + port + "/"));
  }

  private static Answer answer(int port, Headers request) throws Exception {
    byte[] body =
        request.method().orElseThrow().equals("POST")
            ? "body".getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    try (SessionConnection connection = connect(port);
        Session session = connection.open(request, body)) {
      Headers response = session.headers();
      List<String> fields =
          response.fields().stream()
              .filter(field -> !field.pseudo())
              .map(FlupkeHandlerTest::line)
              .sorted()
              .toList();
      String text = new String(session.bodyReader().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(response.status().orElseThrow(), fields, text);
    }
  }

  private static String line(HeaderField field) {
    return field.name() + "=" + field.value();
  }
}
