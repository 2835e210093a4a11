package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.NoLeaks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(60)
class ServerLifeTest {
  @Test
  void closingTellsEveryClientAndEndsTheirWaits() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Http3Server server =
        listening("127.0.0.1", 0)
            .handler(session -> {
              handling.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
            })
            .start();
    try (server;
        SessionConnection connection = Loopback.connect(server)) {
      Loopback.Caller waiting =
          Loopback.call(() -> connection.open(Headers.get(Loopback.uri(server))).headers());
      assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
      server.close();
      assertThat(waiting.end())
          .isInstanceOfSatisfying(
              ConnectionClosedException.class,
              closed -> {
                assertThat(closed.origin()).isEqualTo(Origin.PEER);
                assertThat(closed.code()).contains(ErrorCode.H3_NO_ERROR);
              });
      assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(connection.isOpen()).isFalse();
    }
  }

  @Test
  void closingTwiceAndFromAHandlerIsFine() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Http3Server[] itself = new Http3Server[1];
    CountDownLatch known = new CountDownLatch(1);
    Http3Server server =
        listening("127.0.0.1", 0)
            .handler(session -> {
              known.await();
              itself[0].close();
              closed.countDown();
            })
            .start();
    itself[0] = server;
    known.countDown();
    try (SessionConnection connection = Loopback.connect(server)) {
      assertThat(catchThrowable(() -> Loopback.echoed(connection, Loopback.uri(server), "")))
          .isInstanceOf(ConnectionClosedException.class);
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
    server.close();
    server.shutdown(Duration.ofSeconds(1));
  }

  @Test
  void aShutdownLetsSessionsInProgressEnd() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Http3Server server =
        listening("127.0.0.1", 0)
            .handler(session -> {
              handling.countDown();
              goOn.await();
              session.respond(Headers.status(200), new byte[] {42});
            })
            .start();
    try (server;
        SessionConnection connection = Loopback.connect(server);
        Session session = connection.open(Headers.get(Loopback.uri(server)), new byte[0])) {
      assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
      Loopback.Caller shutdown = Loopback.call(() -> server.shutdown(Duration.ofMinutes(1)));
      while (connection.isOpen()) {
        Thread.onSpinWait(); // until GOAWAY has arrived; the time-out of the test is the limit
      }
      goOn.countDown();
      assertThat(session.bodyReader().readAllBytes()).containsExactly(42);
      assertThat(shutdown.end()).isNull();
    }
  }

  @Test
  void aShutdownEndsAfterItsTimeWhateverHandlersDo() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    Http3Server server =
        listening("127.0.0.1", 0)
            .handler(session -> {
              handling.countDown();
              new CountDownLatch(1).await();
            })
            .start();
    try (server;
        SessionConnection connection = Loopback.connect(server);
        Session session = connection.open(Headers.get(Loopback.uri(server)), new byte[0])) {
      assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
      server.shutdown(Duration.ofMillis(50));
      assertThat(catchThrowable(session::headers)).isInstanceOf(ConnectionClosedException.class);
    }
  }

  @Test
  void anInterruptedShutdownClosesAtOnceAndLeavesTheInterrupt() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    boolean[] stillInterrupted = new boolean[1];
    Http3Server server =
        listening("127.0.0.1", 0)
            .handler(session -> {
              handling.countDown();
              new CountDownLatch(1).await();
            })
            .start();
    try (server;
        SessionConnection connection = Loopback.connect(server);
        Session session = connection.open(Headers.get(Loopback.uri(server)), new byte[0])) {
      assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
      Loopback.Caller shutdown =
          Loopback.call(() -> {
            server.shutdown(Duration.ofHours(1));
            stillInterrupted[0] = Thread.currentThread().isInterrupted();
          });
      shutdown.untilItWaits().thread().interrupt();
      assertThat(shutdown.end()).isNull();
      assertThat(stillInterrupted[0]).isTrue();
      assertThat(catchThrowable(session::headers)).isInstanceOf(ConnectionClosedException.class);
    }
  }

  @Test
  void aShutdownOfNegativeTimeIsRefused() throws Exception {
    try (Http3Server server = Loopback.echoServer()) {
      assertThatIllegalArgumentException().isThrownBy(() -> server.shutdown(Duration.ofMillis(-1)));
    }
  }

  private static Http3Server.Builder listening(String host, int port) {
    return Http3Server.builder()
        .address(host, port)
        .certificate(Loopback.CERTIFICATE)
        .handler(Loopback::echo);
  }
}
