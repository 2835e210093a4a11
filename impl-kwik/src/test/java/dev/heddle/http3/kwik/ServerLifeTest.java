package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.ServerCertificate;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.TestAuthority;
import dev.heddle.TestAuthority.Order;
import dev.heddle.http3.testing.NoLeaks;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
@Timeout(60)
class ServerLifeTest {
  @Test
  void aPortInUseIsSaidSo() throws Exception {
    try (Http3Server server = Loopback.echoServer()) {
      int port = server.localAddress().getPort();
      BindException failed =
          catchThrowableOfType(
              BindException.class, () -> listening("127.0.0.1", port).start().close());
      assertThat(failed).hasMessageContainingAll("127.0.0.1:" + port, "in use");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsSaidSo() {
    BindException failed =
        catchThrowableOfType(
            BindException.class, () -> listening("192.0.2.77", 4433).start().close());
    assertThat(failed).hasMessageContaining("192.0.2.77:4433");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "RSA512"})
  void aKeyThatTlsCannotUseIsSaidSoAndBindsNothing(String kind) throws Exception {
    ServerCertificate certificate =
        TestAuthority.create().issue(Order.forHosts("localhost").keyKind(kind));
    int port;
    try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      port = taken.getLocalPort();
      // The port is in use, but that is not what fails: the certificate is looked at first.
      assertThat(
              catchThrowable(
                  () -> listening("127.0.0.1", port).certificate(certificate).start().close()))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(BindException.class)
          .hasMessageContainingAll("the server certificate has", "P-256");
    }
  }

  @Test
  void aServerCanComeBackOnItsPort() throws Exception {
    Http3Server first = Loopback.echoServer();
    try (SessionConnection connection = Loopback.connect(first)) {
      InetSocketAddress address = first.localAddress();
      assertThat(Loopback.echoed(connection, Loopback.uri(first), "one")).isEqualTo("one");
      first.close();
      try (Http3Server second = listening("127.0.0.1", address.getPort()).start();
          SessionConnection again = Loopback.connect(second)) {
        assertThat(second.localAddress()).isEqualTo(address);
        assertThat(Loopback.echoed(again, Loopback.uri(second), "two")).isEqualTo("two");
      }
    }
  }

  @Test
  void closingTellsEveryClientAndEndsTheirWaits() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Http3Server server =
        listening("127.0.0.1", 0)
            .handler(
                session -> {
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
            .handler(
                session -> {
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
            .handler(
                session -> {
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
            .handler(
                session -> {
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
            .handler(
                session -> {
                  handling.countDown();
                  new CountDownLatch(1).await();
                })
            .start();
    try (server;
        SessionConnection connection = Loopback.connect(server);
        Session session = connection.open(Headers.get(Loopback.uri(server)), new byte[0])) {
      assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
      Loopback.Caller shutdown =
          Loopback.call(
              () -> {
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

  @Test
  void aProgramCanAcceptConnectionsAndSessionsItself() throws Exception {
    try (Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start();
        SessionConnection client = Loopback.connect(server);
        SessionConnection accepted = server.accept()) {
      Loopback.Caller handling =
          Loopback.call(
              () -> {
                try (Session session = accepted.accept()) {
                  Loopback.echo(session);
                  session.finish(Headers.empty());
                }
              });
      assertThat(Loopback.echoed(client, Loopback.uri(server), "by hand")).isEqualTo("by hand");
      assertThat(handling.end()).isNull();
    }
  }

  @Test
  void whoeverWaitsForAConnectionHearsThatTheServerWasClosed() throws Exception {
    Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start();
    Loopback.Caller waiting = Loopback.call(server::accept).untilItWaits();
    server.close();
    assertThat(waiting.end())
        .isInstanceOf(ConnectionClosedException.class)
        .hasMessageContaining("the server was closed");
    assertThat(catchThrowable(server::accept)).isInstanceOf(ConnectionClosedException.class);
  }

  @Test
  void waitingForAConnectionEndsAtAnInterrupt() throws Exception {
    try (Http3Server server = Http3Server.builder().certificate(Loopback.CERTIFICATE).start()) {
      Loopback.Caller waiting = Loopback.call(server::accept).untilItWaits();
      waiting.thread().interrupt();
      assertThat(waiting.end()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void aServerWithAHandlerHasNothingToAccept() throws Exception {
    try (Http3Server server = Loopback.echoServer()) {
      assertThatIllegalStateException().isThrownBy(server::accept);
    }
  }

  @Test
  void oneConnectionTooManyIsClosedForExcessiveLoad() throws Exception {
    Limits limits = Limits.builder().maxConnections(2).build();
    try (Http3Server server = listening("127.0.0.1", 0).limits(limits).start();
        SessionConnection first = Loopback.connect(server);
        SessionConnection second = Loopback.connect(server)) {
      URI uri = Loopback.uri(server);
      assertThat(Loopback.echoed(first, uri, "1")).isEqualTo("1");
      assertThat(Loopback.echoed(second, uri, "2")).isEqualTo("2");
      try (SessionConnection third = Loopback.connect(server)) {
        ConnectionClosedException closed =
            catchThrowableOfType(
                ConnectionClosedException.class, () -> Loopback.echoed(third, uri, "3"));
        assertThat(closed.origin()).isEqualTo(Origin.PEER);
        assertThat(closed.code()).contains(ErrorCode.H3_EXCESSIVE_LOAD);
      }
      assertThat(Loopback.echoed(first, uri, "still")).isEqualTo("still");
    }
  }

  @Test
  void aHundredConnectionsComeAndGo() throws Exception {
    try (Http3Server server = Loopback.echoServer()) {
      List<SessionConnection> open = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        SessionConnection connection = Loopback.connect(server);
        open.add(connection);
        assertThat(Loopback.echoed(connection, Loopback.uri(server), "n" + i)).isEqualTo("n" + i);
        if (open.size() == 10) {
          open.forEach(SessionConnection::close);
          open.clear();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void everyAddressOfTheMachineCanBeListenedOn(String wildcard) throws Exception {
    try (Http3Server server = listening(wildcard, 0).start();
        SessionConnection connection = Loopback.connect(server)) {
      assertThat(server.localAddress().getAddress())
          .isEqualTo(InetAddress.ofLiteral(wildcard));
      assertThat(server.localAddress().getPort()).isPositive();
      assertThat(Loopback.echoed(connection, Loopback.uri(server), "x")).isEqualTo("x");
    }
  }

  @Test
  void ipv6Works() throws Exception {
    boolean available =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(a -> a instanceof Inet6Address && a.isLoopbackAddress());
    assumeTrue(available, "this machine has no ::1");
    try (Http3Server server = listening("::1", 0).start();
        SessionConnection connection =
            Loopback.client().connect(Loopback.uri(server, "[::1]"))) {
      assertThat(connection.remoteAddress()).isEqualTo(server.localAddress());
      assertThat(Loopback.echoed(connection, Loopback.uri(server, "[::1]"), "six"))
          .isEqualTo("six");
    }
  }

  private static Http3Server.Builder listening(String host, int port) {
    return Http3Server.builder()
        .address(host, port)
        .certificate(Loopback.CERTIFICATE)
        .handler(Loopback::echo);
  }
}
