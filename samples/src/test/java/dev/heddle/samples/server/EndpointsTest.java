package dev.heddle.samples.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every endpoint as a client sees it, over UDP on loopback. */
@Timeout(20)
class EndpointsTest {
  private RunningServer server;
  private SessionConnection connection;

  @BeforeEach
  void connect() throws Exception {
    server = new RunningServer();
    connection = server.connect();
  }

  @AfterEach
  void disconnect() {
    connection.close();
    server.close();
  }

  @Test
  void theRootListsAllEndpoints() throws Exception {
    try (Session session = get("/")) {
      assertThat(session.headers().status()).hasValue(200);
      assertThat(session.headers().first("content-type")).contains("text/plain");
      assertThat(body(session))
          .contains("/echo", "/sink", "/bytes", "/headers", "/trailers", "/hints")
          .contains("/slow", "/status", "/reset", "/forever")
          .contains("CONNECT /datagrams ", "CONNECT /datagrams/contexts ");
    }
  }

  @Test
  void echoSendsEachByteBackBeforeTheRequestEnds() throws Exception {
    Headers request = post("/echo").with("content-type", "application/x-bytes");
    try (Session session = connection.open(request)) {
      assertThat(session.headers().status()).as("before any byte of the body").hasValue(200);
      assertThat(session.headers().first("content-type")).contains("application/x-bytes");
      OutputStream out = session.bodyWriter();
      InputStream in = session.bodyReader();
      for (int i = 0; i < 256; i++) {
        out.write(i);
        assertThat(in.read()).isEqualTo(i);
      }
      session.finish(Headers.of("x-b", "2", "x-a", "1", "x-b", "3"));
      assertThat(in.read()).isEqualTo(-1);
      assertThat(session.trailers()).isEqualTo(Headers.of("x-b", "2", "x-a", "1", "x-b", "3"));
    }
  }

  @Test
  void echoWithoutTrailersEndsWithoutTrailers() throws Exception {
    try (Session session = connection.open(post("/echo"), "abc".getBytes(US_ASCII))) {
      assertThat(body(session)).isEqualTo("abc");
      assertThat(session.trailers()).isEqualTo(Headers.empty());
      assertThat(session.headers().first("content-type")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000_000})
  void sinkTellsLengthAndHash(int length) throws Exception {
    byte[] sent = pattern(length);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sent));
    try (Session session = connection.open(post("/sink"))) {
      session.bodyWriter().write(sent);
      session.bodyWriter().close();
      assertThat(session.headers().first("content-type")).contains("text/plain");
      assertThat(body(session)).isEqualTo(length + " " + hash + "\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 250, 251, 252, 64 * 251 + 1, 3_000_000})
  void bytesCountModulo251(int length) throws Exception {
    try (Session session = get("/bytes?n=" + length)) {
      assertThat(session.headers().contentLength()).hasValue(length);
      assertThat(session.bodyReader().readAllBytes()).isEqualTo(pattern(length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "OPTIONS", "x-own"})
  void headersAnswersAnyMethodWithTheFieldsInOrder(String method) throws Exception {
    Headers request =
        Headers.request(method, server.uri("/headers?a=b"))
            .with("x-b", "2")
            .with("x-a", "1")
            .with("x-b", "\u00e9");
    try (Session session = connection.open(request, new byte[0])) {
      assertThat(session.headers().status()).hasValue(200);
      assertThat(new String(session.bodyReader().readAllBytes(), "ISO-8859-1"))
          .isEqualTo(request + "\n");
    }
  }

  @Test
  void trailersFollowTheBodyInOrder() throws Exception {
    try (Session session = get("/trailers")) {
      assertThat(body(session)).isEqualTo("hello\n");
      assertThat(session.trailers()).isEqualTo(Headers.of("x-one", "1", "x-two", "2"));
    }
  }

  @Test
  void hintsComeBeforeTheFinalResponse() throws Exception {
    try (Session session = get("/hints")) {
      assertThat(session.headers().status()).hasValue(200);
      assertThat(body(session)).isEqualTo("ok\n");
      assertThat(session.informational())
          .containsExactly(
              Headers.of(":status", "103", "link", "</style.css>; rel=preload"),
              Headers.of(":status", "103", "link", "</app.js>; rel=preload"));
    }
  }

  @Test
  void slowTakesTheTimeAskedFor() throws Exception {
    long start = System.nanoTime();
    try (Session session = get("/slow?ms=150")) {
      assertThat(body(session)).isEqualTo("slow\n");
    }
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 205, 304, 404, 418, 500, 599})
  void statusIsWhatIsAskedForWithoutABody(int code) throws Exception {
    try (Session session = get("/status?code=" + code)) {
      assertThat(session.headers().status()).hasValue(code);
      assertThat(session.bodyReader().readAllBytes()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x10c, 4242, (1L << 62) - 1})
  void resetBreaksOffAfterOneByteWithTheCode(long code) throws Exception {
    try (Session session = get("/reset?code=" + code)) {
      assertThat(session.headers().status()).hasValue(200);
      InputStream in = session.bodyReader();
      assertThat(in.read()).isEqualTo('.');
      assertThatThrownBy(in::read)
          .isInstanceOfSatisfying(
              StreamResetException.class,
              e -> {
                assertThat(e.code()).isEqualTo(new ErrorCode(code));
                assertThat(e.fromPeer()).isTrue();
              });
    }
  }

  @Test
  void foreverEndsWhenTheClientStops() throws Exception {
    try (Session session = get("/forever")) {
      assertThat(session.bodyReader().readNBytes(1_000_000)).hasSize(1_000_000);
    }
    try (Session next = get("/")) {
      assertThat(next.headers().status()).hasValue(200);
    }
    assertThat(server.faults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/bytes?n=100", "/trailers", "/hints", "/slow?ms=1", "/status?code=204"})
  void headIsGetWithoutTheBody(String path) throws Exception {
    Headers ofGet;
    try (Session session = get(path)) {
      ofGet = session.headers();
    }
    try (Session session = head(path)) {
      assertThat(session.headers()).isEqualTo(ofGet);
      assertThat(session.bodyReader().readAllBytes()).isEmpty();
    }
  }

  @Test
  void headOnForeverEnds() throws Exception {
    try (Session session = head("/forever")) {
      assertThat(session.headers().status()).hasValue(200);
      assertThat(session.bodyReader().readAllBytes()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bytes",
        "/bytes?n=-1",
        "/bytes?n=many",
        "/slow?ms=60001",
        "/status?code=199",
        "/status?code=600",
        "/reset?code=4611686018427387904",
        "/reset"
      })
  void aBadParameterIsABadRequest(String path) throws Exception {
    try (Session session = get(path)) {
      assertThat(session.headers().status()).hasValue(400);
      assertThat(session.headers().first("content-type")).contains("text/plain");
      assertThat(body(session)).contains("must be a number");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/echo/", "/Echo", "//", "/webtransport/echo"})
  void otherPathsAreNotFound(String path) throws Exception {
    try (Session session = get(path)) {
      assertThat(session.headers().status()).hasValue(404);
      assertThat(session.headers().first("content-type")).contains("text/plain");
    }
  }

  @Test
  void anotherMethodIsToldWhichOnesAreAllowed() throws Exception {
    assertThat(allowed("GET", "/echo")).isEqualTo("POST");
    assertThat(allowed("HEAD", "/sink")).isEqualTo("POST");
    assertThat(allowed("POST", "/bytes?n=1")).isEqualTo("GET, HEAD");
    assertThat(allowed("PUT", "/")).isEqualTo("GET, HEAD");
  }

  @Test
  void connectIsNotImplemented() throws Exception {
    List<Headers> requests =
        List.of(
            Headers.connect("example.org:443"),
            Headers.connect(server.uri("/webtransport/echo"), "webtransport"),
            Headers.connect(server.uri("/echo"), "x-unknown"));
    for (Headers request : requests) {
      try (Session session = connection.open(request)) {
        assertThat(session.headers().status()).as(request.toString()).hasValue(501);
      }
    }
  }

  private String allowed(String method, String path) throws IOException, InterruptedException {
    Headers request = Headers.request(method, server.uri(path));
    try (Session session = connection.open(request, new byte[0])) {
      assertThat(session.headers().status()).hasValue(405);
      return session.headers().first("allow").orElseThrow();
    }
  }

  private Session get(String path) throws IOException, InterruptedException {
    return connection.open(Headers.get(server.uri(path)), new byte[0]);
  }

  private Session head(String path) throws IOException, InterruptedException {
    return connection.open(Headers.request("HEAD", server.uri(path)), new byte[0]);
  }

  private Headers post(String path) {
    return Headers.request("POST", server.uri(path));
  }

  private static String body(Session session) throws IOException {
    return new String(session.bodyReader().readAllBytes(), US_ASCII);
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    IntStream.range(0, length).forEach(i -> bytes[i] = (byte) (i % 251));
    return bytes;
  }
}
