package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.NoLeaks;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(60)
class ConnectionLifeTest {
  @Test
  void closingAClientEndsItsRequestsThatWait() throws Exception {
    Http3Server server = silentServer(Limits.defaults());
    SessionConnection connection = Loopback.connect(server);
    try (server;
        connection) {
      Session session = connection.open(Headers.get(Loopback.uri(server)), new byte[0]);
      Loopback.Caller waiting = Loopback.call(session::headers).untilItWaits();
      connection.close();
      assertThat(waiting.end())
          .isInstanceOfSatisfying(
              ConnectionClosedException.class,
              closed -> assertThat(closed.origin()).isEqualTo(Origin.LOCAL));
      connection.close();
      assertThat(catchThrowable(() -> connection.open(Headers.get(Loopback.uri(server)))))
          .isInstanceOf(ConnectionClosedException.class);
    }
  }

  @Test
  void closingAClientEndsItsWaitForStreamCredit() throws Exception {
    Limits limits = Limits.builder().maxConcurrentRequests(1).build();
    Http3Server server = silentServer(limits);
    SessionConnection connection = Loopback.connect(server);
    try (server;
        connection) {
      URI uri = Loopback.uri(server);
      connection.open(Headers.get(uri), new byte[0]);
      Loopback.Caller waiting =
          Loopback.call(() -> connection.open(Headers.get(uri), new byte[0])).untilItWaits();
      connection.close();
      assertThat(waiting.end()).isInstanceOf(ConnectionClosedException.class);
    }
  }

  @Test
  void waitingForStreamCreditEndsAtAnInterrupt() throws Exception {
    Limits limits = Limits.builder().maxConcurrentRequests(1).build();
    Http3Server server = silentServer(limits);
    SessionConnection connection = Loopback.connect(server);
    try (server;
        connection) {
      URI uri = Loopback.uri(server);
      connection.open(Headers.get(uri), new byte[0]);
      Loopback.Caller waiting =
          Loopback.call(() -> connection.open(Headers.get(uri), new byte[0])).untilItWaits();
      waiting.thread().interrupt();
      assertThat(waiting.end()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void aServerHearsOfTheCodeWithWhichItsClientLeft() throws Exception {
    Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start();
    SessionConnection client = Loopback.connect(server);
    try (server;
        client;
        SessionConnection accepted = server.accept()) {
      Loopback.Caller waiting = Loopback.call(accepted::accept).untilItWaits();
      client.close();
      assertThat(waiting.end())
          .isInstanceOfSatisfying(
              ConnectionClosedException.class,
              closed -> {
                assertThat(closed.origin()).isEqualTo(Origin.PEER);
                assertThat(closed.code()).contains(ErrorCode.H3_NO_ERROR);
              });
    }
  }

  @Test
  void aSilentConnectionEndsAfterTheIdleTimeoutUnlessItIsKeptAlive() throws Exception {
    Limits limits = Limits.builder().idleTimeout(Duration.ofMillis(2_500)).build();
    try (Http3Server server = silentServer(limits);
        SessionConnection kept =
            Loopback.client().keepAlive(Duration.ofSeconds(1)).connect(Loopback.uri(server));
        SessionConnection silent = Loopback.connect(server)) {
      Headers request = Headers.get(Loopback.uri(server));
      Session keptSession = kept.open(request, new byte[0]);
      Loopback.Caller keptWaits = Loopback.call(keptSession::headers);
      ConnectionClosedException closed =
          catchThrowableOfType(
              ConnectionClosedException.class, () -> silent.open(request, new byte[0]).headers());
      assertThat(closed.origin()).isEqualTo(Origin.IDLE_TIMEOUT);
      assertThat(closed.code()).isEmpty();
      assertThat(kept.isOpen()).isTrue();
      keptSession.close();
      assertThat(keptWaits.end()).isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void manyThreadsShareOneConnection() throws Exception {
    Limits limits = Limits.builder().maxConcurrentRequests(16).build();
    try (Http3Server server = echoServer(limits);
        SessionConnection connection = Loopback.connect(server)) {
      List<Loopback.Caller> callers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String text = "request " + i;
        callers.add(
            Loopback.call(() ->
                assertThat(Loopback.echoed(connection, Loopback.uri(server), text))
                    .isEqualTo(text)));
      }
      for (Loopback.Caller caller : callers) {
        assertThat(caller.end()).isNull();
      }
    }
  }

  @Test
  void aConnectionKnowsBothAddresses() throws Exception {
    try (Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start();
        SessionConnection client = Loopback.connect(server);
        SessionConnection accepted = server.accept()) {
      assertThat(client.remoteAddress()).isEqualTo(server.localAddress());
      assertThat(accepted.localAddress()).isEqualTo(server.localAddress());
      assertThat(accepted.remoteAddress()).isEqualTo(client.localAddress());
    }
  }

  @Test
  void aLongReasonIsCutBetweenCharacters() {
    assertThat(KwikConnection.shortened("short")).isEqualTo("short");
    assertThat(KwikConnection.shortened("x" + "é".repeat(400))).isEqualTo("x" + "é".repeat(255));
  }

  private static Http3Server silentServer(Limits limits) throws Exception {
    return Http3Server.builder()
        .certificate(Loopback.CERTIFICATE)
        .limits(limits)
        .handler(session -> new CountDownLatch(1).await(1, TimeUnit.HOURS))
        .start();
  }

  private static Http3Server echoServer(Limits limits) throws Exception {
    return Http3Server.builder()
        .certificate(Loopback.CERTIFICATE)
        .limits(limits)
        .handler(Loopback::echo)
        .start();
  }
}
