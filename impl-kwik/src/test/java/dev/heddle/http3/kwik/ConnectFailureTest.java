package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectFailedException.Reason;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.spi.Trust;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;

@ExtendWith(NoLeaks.class)
@Timeout(30)
class ConnectFailureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void aClosedPortIsReportedAtOnce() throws Exception {
    long start = System.nanoTime();
    ConnectFailedException failed = failed(Loopback.client(), "127.0.0.1", closedPort());
    assertThat(failed.reason()).isEqualTo(Reason.NO_ANSWER);
    assertThat(failed).hasMessageContaining("nothing listens at this port");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
  }

  @Test
  void anIpv6AddressIsReportedInBracketsAndOnce() throws Exception {
    try (DatagramSocket free = new DatagramSocket(new InetSocketAddress("::1", 0))) {
      int port = free.getLocalPort();
      free.close();
      ConnectFailedException failed = failed(Loopback.client(), "[::1]", port);
      assertThat(failed).hasMessageStartingWith("[::1]:" + port + " does not answer");
    } catch (SocketException e) {
      abort("this machine has no ::1");
    }
  }

  @Test
  void aServerThatNeverAnswersIsGivenUpAfterTheTimeout() throws Exception {
    try (DatagramSocket deaf = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
      Http3Client.Builder client = Loopback.client().connectTimeout(Duration.ofMillis(300));
      ConnectFailedException failed = failed(client, "localhost", deaf.getLocalPort());
      assertThat(failed.reason()).isEqualTo(Reason.NO_ANSWER);
      assertThat(failed)
          .hasMessageContainingAll("localhost:" + deaf.getLocalPort(), "300 ms", "firewall");
    }
  }

  @Test
  void aNameWithoutAnAddressIsAnUnknownHost() throws Exception {
    ConnectFailedException failed = failed(Loopback.client(), "no-such-host.invalid", 4433);
    assertThat(failed.reason()).isEqualTo(Reason.UNKNOWN_HOST);
    assertThat(failed).hasMessageContaining("no-such-host.invalid:4433");
  }

  @Test
  void aServerOfAnotherProtocolHasNoHttp3() throws Exception {
    try (ForeignServer server = ForeignServer.start("smtp", new Silent())) {
      ConnectFailedException failed = failed(Loopback.client(), "127.0.0.1", server.port());
      assertThat(failed.reason()).isEqualTo(Reason.NO_HTTP3);
      assertThat(failed)
          .hasMessageContaining("127.0.0.1:" + server.port())
          .hasMessageContaining("h3");
    }
  }

  @Test
  void anInterruptEndsConnectingAtOnce() throws Exception {
    try (DatagramSocket deaf = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
      URI uri = URI.create("https://127.0.0.1:" + deaf.getLocalPort());
      Loopback.Caller caller =
          Loopback.call(
              () -> Loopback.client().connectTimeout(Duration.ofHours(1)).connect(uri).close());
      caller.untilItWaits().thread().interrupt();
      assertThat(caller.end()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void anAddressWherePacketsVanishDoesNotStopTheOthers() throws Exception {
    try (DatagramSocket deaf = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
        Http3Server server = Loopback.echoServer()) {
      Race race = race(PATIENCE);
      enter(race, new InetSocketAddress(LOOPBACK, deaf.getLocalPort()));
      enter(race, server.localAddress());
      Race.Winner winner = race.run();
      assertThat(winner.address()).isEqualTo(server.localAddress());
      winner.connection().close();
    }
  }

  @Test
  void aClosedPortAtOneAddressDoesNotStopTheOthers() throws Exception {
    try (Http3Server server = Loopback.echoServer()) {
      Race race = race(PATIENCE);
      enter(race, new InetSocketAddress(LOOPBACK, closedPort()));
      enter(race, server.localAddress());
      Race.Winner winner = race.run();
      assertThat(winner.address()).isEqualTo(server.localAddress());
      winner.connection().close();
    }
  }

  @Test
  void theMostTellingOfSeveralFailuresIsReported() throws Exception {
    try (ForeignServer server = ForeignServer.start("smtp", new Silent())) {
      Race race = race(PATIENCE);
      enter(race, new InetSocketAddress(LOOPBACK, closedPort()));
      enter(race, new InetSocketAddress(LOOPBACK, server.port()));
      ConnectFailedException failed = catchThrowableOfType(ConnectFailedException.class, race::run);
      assertThat(failed.reason()).isEqualTo(Reason.NO_HTTP3);
      assertThat(failed.getSuppressed())
          .singleElement()
          .isInstanceOfSatisfying(
              ConnectFailedException.class,
              other -> assertThat(other.reason()).isEqualTo(Reason.NO_ANSWER));
    }
  }

  private static Race race(Duration limit) {
    return new Race(System.nanoTime() + limit.toNanos());
  }

  private static void enter(Race race, InetSocketAddress address) throws Exception {
    HostName host = HostName.of("localhost");
    Acceptance acceptance = Acceptance.of(new Trust.EveryServer(), host);
    race.enter(new Attempt(host, address, acceptance, Limits.defaults(), true, PATIENCE), address);
  }

  private static ConnectFailedException failed(Http3Client.Builder client, String host, int port) {
    URI uri = URI.create("https://" + host + ":" + port + "/");
    ConnectFailedException failed =
        catchThrowableOfType(ConnectFailedException.class, () -> client.connect(uri).close());
    assertThat(failed).hasMessageContaining(host + ":" + port);
    return failed;
  }

  /** An application that never says a word. */
  private static final class Silent implements ApplicationProtocolConnectionFactory {
    @Override
    public ApplicationProtocolConnection createConnection(String protocol, QuicConnection quic) {
      return new ApplicationProtocolConnection() {};
    }
  }

  private static int closedPort() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
      return socket.getLocalPort();
    }
  }
}
