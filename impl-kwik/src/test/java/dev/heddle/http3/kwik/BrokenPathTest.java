package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.RequestRejectedException;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections whose path goes away, changes, or loses what ends them. */
@ExtendWith({NoLeaks.class, NoErrors.class})
@Timeout(60)
class BrokenPathTest {
  private static final Limits IMPATIENT =
      Limits.builder().idleTimeout(Duration.ofMillis(1_500)).build();

  @Test
  void bothSidesLearnThatAPathHasGoneSilent() throws Exception {
    FaultyNetwork.play(
        FaultyNetwork.faults(0),
        IMPATIENT,
        null,
        network -> {
          try (SessionConnection connection = network.connect();
              SessionConnection accepted = network.server().accept();
              Session session = connection.open(Headers.request("POST", network.uri()));
              Session received = accepted.accept()) {
            session.bodyWriter().write(1);
            assertThat(received.bodyReader().read()).isEqualTo(1);
            network.proxy().blackHole(true);
            Loopback.Caller reader = Loopback.call(() -> session.bodyReader().read());
            Loopback.Caller writer =
                Loopback.call(() -> {
                  for (int i = 0; i < 1_000_000; i++) {
                    session.bodyWriter().write(new byte[10_000]);
                  }
                });
            Loopback.Caller headers = Loopback.call(session::headers);
            Loopback.Caller server = Loopback.call(() -> received.bodyReader().read());
            Loopback.Caller next = Loopback.call(accepted::accept);
            for (Loopback.Caller caller : List.of(reader, writer, headers, server, next)) {
              assertThat(caller.end()).satisfies(BrokenPathTest::saysIdle);
            }
            assertThat(connection.isOpen()).isFalse();
            assertThat(accepted.isOpen()).isFalse();
            assertThat(catchThrowable(() -> connection.open(Headers.get(network.uri()))))
                .satisfies(BrokenPathTest::saysIdle);
          }
        });
  }

  private static void saysIdle(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            ConnectionClosedException.class,
            closed -> assertThat(closed.origin()).isEqualTo(Origin.IDLE_TIMEOUT));
  }

  @Test
  void aConnectThatIsNeverAnsweredFailsWithinItsTime() throws Exception {
    FaultyNetwork.play(
        FaultyNetwork.faults(0),
        Loopback::echo,
        network -> {
          network.proxy().dropAnswers(true);
          assertThat(
                  catchThrowable(() ->
                      Loopback.client()
                          .connectTimeout(Duration.ofSeconds(1))
                          .connect(network.uri())))
              .isInstanceOfSatisfying(
                  ConnectFailedException.class,
                  failed ->
                      assertThat(failed.reason())
                          .isEqualTo(ConnectFailedException.Reason.NO_ANSWER));
        });
  }

  @Test
  void aShutdownLetsSessionsEndOverALossyNetwork() throws Exception {
    CountDownLatch handling = new CountDownLatch(8);
    CountDownLatch goOn = new CountDownLatch(1);
    FaultyNetwork.play(
        FaultyNetwork.faults(0.05),
        session -> {
          handling.countDown();
          goOn.await();
          session.respond(Headers.status(200), new byte[50_000]);
        },
        network -> {
          try (SessionConnection connection = network.connect()) {
            List<Session> sessions = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
              sessions.add(connection.open(Headers.get(network.uri()), new byte[0]));
            }
            assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
            Loopback.Caller shutdown =
                Loopback.call(() -> network.server().shutdown(Duration.ofSeconds(30)));
            while (connection.isOpen()) {
              Thread.onSpinWait(); // until GOAWAY has arrived; the test's time-out is the limit
            }
            assertThat(catchThrowable(() -> connection.open(Headers.get(network.uri()))))
                .isInstanceOf(RequestRejectedException.class);
            goOn.countDown();
            for (Session session : sessions) {
              assertThat(session.bodyReader().readAllBytes()).hasSize(50_000);
              session.close();
            }
            assertThat(shutdown.end()).isNull();
          }
        });
  }

  // RFC 9000 §9

  @Test
  void aSessionGoesOnWhenTheClientsPortChangesUnderway() throws Exception {
    FaultyNetwork.play(
        FaultyNetwork.faults(0),
        IMPATIENT,
        Loopback::echo,
        network -> {
          try (SessionConnection connection = network.connect();
              Session session = connection.open(Headers.request("POST", network.uri()))) {
            for (int i = 0; i < 5; i++) {
              session.bodyWriter().write(i);
              assertThat(session.bodyReader().read()).isEqualTo(i);
              network.proxy().rebind();
            }
          }
        });
  }
}
