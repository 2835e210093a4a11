package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ErrorCode;
import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client against quic-go's server with the endpoints of endpoints.md. */
@ExtendWith(Rig.Resolver.class)
@Timeout(90)
class GoServerTest {
  private Target server;
  private SessionConnection connection;

  @BeforeEach
  void connect(Rig rig) throws Exception {
    server = Target.of(rig.goServer().greeting);
    connection = connect(server);
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  static SessionConnection connect(Target server) throws Exception {
    return Http3Client.builder().trustSha256(server.sha256()).connect(URI.create(server.origin()));
  }

  private URI uri(String path) {
    return URI.create(server.origin() + path);
  }

  private Session get(String path) throws Exception {
    return connection.open(Headers.get(uri(path)), new byte[0]);
  }

  private static String text(Session session) throws Exception {
    return new String(session.bodyReader().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void serverSettingsArrive() throws Exception {
    assertThat(connection.peerSettings().extendedConnect()).isTrue();
    assertThat(connection.peerSettings().maxFieldSectionBytes()).isPresent();
  }

  @Test
  void bodyTypeAndTrailersComeBack() throws Exception {
    Headers request =
        Headers.request("POST", uri("/echo"))
            .with("content-type", "text/x-test")
            .with("trailer", "x-checksum");
    try (Session session = connection.open(request)) {
      session.bodyWriter().write("hello".getBytes(StandardCharsets.UTF_8));
      session.finish(Headers.of("x-checksum", "42"));
      assertThat(session.headers().first("content-type")).contains("text/x-test");
      assertThat(text(session)).isEqualTo("hello");
      assertThat(session.trailers().first("x-checksum")).contains("42");
    }
  }

  @Test
  void echoIsFullDuplex() throws Exception {
    try (Session session = connection.open(Headers.request("POST", uri("/echo")))) {
      for (int round = 0; round < 200; round++) {
        byte[] piece = ("round " + round).getBytes(StandardCharsets.UTF_8);
        session.bodyWriter().write(piece);
        assertThat(session.bodyReader().readNBytes(piece.length)).isEqualTo(piece);
      }
      session.bodyWriter().close();
      assertThat(session.bodyReader().read()).isEqualTo(-1);
      assertThat(session.trailers()).isEqualTo(Headers.empty());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_000, 50_000_000})
  void uploadsArriveByteForByte(long size) throws Exception {
    try (Session session = connection.open(Headers.request("POST", uri("/sink")))) {
      Pattern.write(session.bodyWriter(), size);
      session.bodyWriter().close();
      assertThat(session.headers().status()).hasValue(200);
      assertThat(text(session)).isEqualTo(size + " " + Pattern.sha256(size) + "\n");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 65_537, 50_000_000})
  void downloadsArriveByteForByte(long size) throws Exception {
    try (Session session = get("/bytes?n=" + size)) {
      assertThat(session.headers().contentLength()).hasValue(size);
      assertThat(Pattern.read(session.bodyReader())).isEqualTo(size + " " + Pattern.sha256(size));
    }
  }

  @Test
  void fieldsArrive() throws Exception {
    Headers request = Headers.request("PUT", uri("/headers?a=b")).with("x-test", "one two");
    try (Session session = connection.open(request, new byte[0])) {
      assertThat(text(session).lines())
          .contains(":method: PUT", ":path: /headers?a=b", "X-Test: one two");
    }
  }

  @Test
  void trailersFollowTheBody() throws Exception {
    try (Session session = get("/trailers")) {
      assertThat(text(session)).isEqualTo("hello\n");
      assertThat(session.trailers())
          .extracting(HeaderField::name)
          .containsExactlyInAnyOrder("x-one", "x-two");
    }
  }

  @Test
  void twoEarlyHintsComeBeforeTheResponse() throws Exception {
    try (Session session = get("/hints")) {
      assertThat(session.headers().status()).hasValue(200);
      assertThat(session.informational())
          .extracting(hint -> hint.status().getAsInt() + " " + hint.first("link").orElse(""))
          .containsExactly("103 </style.css>; rel=preload", "103 </app.js>; rel=preload");
      assertThat(text(session)).isEqualTo("ok\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 304, 404, 500, 599})
  void statusIsWhatWasAskedFor(int code) throws Exception {
    try (Session session = get("/status?code=" + code)) {
      assertThat(session.headers().status()).hasValue(code);
      assertThat(session.bodyReader().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x100, 268, 4_000_000_000L, (1L << 62) - 1})
  void resetCarriesItsCode(long code) throws Exception {
    try (Session session = get("/reset?code=" + code)) {
      assertThatThrownBy(() -> session.bodyReader().readAllBytes())
          .isInstanceOfSatisfying(
              StreamResetException.class,
              e -> {
                assertThat(e.code()).isEqualTo(new ErrorCode(code));
                assertThat(e.fromPeer()).isTrue();
              });
    }
  }

  @Test
  void anEndlessResponseEndsWhenTheSessionIsClosed() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Session session = get("/forever")) {
        assertThat(session.bodyReader().readNBytes(100_000)).hasSize(100_000);
      }
    }
    try (Session session = get("/")) {
      assertThat(session.headers().status()).hasValue(200);
    }
  }

  @Test
  void headHasTheFieldsOfGetAndNoBody() throws Exception {
    Headers head = Headers.request("HEAD", uri("/bytes?n=5000"));
    try (Session session = connection.open(head, new byte[0])) {
      assertThat(session.headers().contentLength()).hasValue(5_000);
      assertThat(session.bodyReader().read()).isEqualTo(-1);
    }
  }

  @Test
  void anEarlyResponseIsReadToItsEndThoughTheUploadIsStopped() throws Exception {
    try (Session session = connection.open(Headers.request("POST", uri("/early")))) {
      assertThatThrownBy(() -> Pattern.write(session.bodyWriter(), 100_000_000))
          .isInstanceOfSatisfying(
              StreamResetException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.H3_NO_ERROR));
      assertThat(session.headers().status()).hasValue(413);
      assertThat(text(session)).isEqualTo("too large\n");
    }
  }

  @Test
  void aThousandSessionsShareOneConnection() throws Exception {
    String expected = "1000 " + Pattern.sha256(1_000);
    try (ExecutorService threads = Executors.newFixedThreadPool(50, Thread.ofVirtual().factory())) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        answers.add(
            threads.submit(() -> {
              try (Session session = get("/bytes?n=1000");
                  InputStream body = session.bodyReader()) {
                return Pattern.read(body);
              }
            }));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    }
  }
}
