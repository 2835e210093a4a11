package dev.heddle.samples.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FaultsTest {

  @Test
  void aRefusedRequestIsOneLineWhateverItsPathHolds() throws Exception {
    try (RunningServer server = new RunningServer();
        SessionConnection connection = server.connect()) {
      Headers request =
          Headers.of(
              ":method",
              "GET",
              ":scheme",
              "https",
              ":authority",
              server.uri("/").getAuthority(),
              ":path",
              "/\u009b31m" + "x".repeat(1_000));
      try (Session session = connection.open(request, new byte[0])) {
        assertThat(session.headers().status()).hasValue(404);
      }
      assertThat(server.faults()).hasSize(1);
      assertThat(server.faults().getFirst())
          .startsWith("127.0.0.1:")
          .contains("GET /?31mxxx")
          .endsWith("...")
          .hasSizeLessThan(310);
    }
  }

  @Test
  void aResetRequestIsReportedAndTheServerLivesOn() throws Exception {
    try (RunningServer server = new RunningServer();
        SessionConnection connection = server.connect()) {
      try (Session session = connection.open(Headers.request("POST", server.uri("/echo")))) {
        // Answered, so the server is at work: a reset that comes earlier undoes the request unseen.
        assertThat(session.headers().status()).hasValue(200);
        session.reset(new ErrorCode(77));
      }
      // The line comes when the reset has arrived; the limit is for a failure only.
      Instant latest = Instant.now().plus(Duration.ofSeconds(10));
      while (server.faults().isEmpty() && Instant.now().isBefore(latest)) {
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(server.faults())
          .singleElement()
          .satisfies(line -> assertThat(line).contains("POST /echo", "0x4d"));
      try (Session session = connection.open(Headers.get(server.uri("/")), new byte[0])) {
        assertThat(session.headers().status()).hasValue(200);
      }
    }
  }

  @Test
  void aConnectionThatHeddleClosedIsOneLine() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    Violations.reportTo(new Faults(new PrintStream(lines, true, UTF_8)));
    System.getLogger("dev.heddle.http3.connection.Http3Connection")
        .log(System.Logger.Level.DEBUG, () -> "/127.0.0.1:5: H3_FRAME_UNEXPECTED: two\nlines");
    assertThat(lines.toString(UTF_8).lines())
        .containsExactly("127.0.0.1:5: H3_FRAME_UNEXPECTED: two?lines");
  }

  @Test
  void aRequestThatNoEndpointSeesIsOneLine() throws Exception {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    Violations.reportTo(new Faults(new PrintStream(lines, true, UTF_8)));
    try (RunningServer server = new RunningServer();
        SessionConnection connection = server.connect()) {
      // More fields than Limits allow, whose number no SETTINGS tell a client.
      Headers request = Headers.get(server.uri("/"));
      for (int i = 0; i < 300; i++) {
        request = request.with("x", "");
      }
      try (Session session = connection.open(request, new byte[0])) {
        assertThat(session.headers().status()).hasValue(431);
      }
      assertThat(server.faults()).isEmpty();
    }
    assertThat(lines.toString(UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("127.0.0.1:")
        .contains("stream 0: the header section is too large");
  }
}
