package dev.heddle.http3.kwik;

import static dev.heddle.http3.kwik.DatagramLoopbackTest.bytes;
import static dev.heddle.http3.kwik.DatagramLoopbackTest.exchange;
import static dev.heddle.http3.kwik.DatagramLoopbackTest.open;
import static dev.heddle.http3.kwik.DatagramLoopbackTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.Datagram;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramOptions;
import dev.heddle.Http3Server;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.loom.LossyUdpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams and contexts where packets get lost, come twice and overtake each other. */
@Timeout(120)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramLossTest {
  private static SessionConnection connect(LossyUdpProxy proxy) throws Exception {
    URI uri = URI.create("https://127.0.0.1:" + proxy.address().getPort() + "/");
    return Loopback.client().connect(uri);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void contextsWorkWherePacketsGetLost(long seed) throws Exception {
    try (Http3Server server = DatagramLoopbackTest.server(DatagramOptions.defaults());
        LossyUdpProxy proxy =
            new LossyUdpProxy(server.localAddress(), seed, LossyUdpProxy.Faults.all(0.05));
        SessionConnection connection = connect(proxy);
        Session session = open(connection, server, "/contexts")) {
      DatagramContext first = session.registerDatagramContext();
      DatagramContext second = session.registerDatagramContext();
      for (int i = 0; i < 20; i++) {
        exchange(first, "first " + i);
        exchange(second, "second " + i);
      }
      first.close();
      exchange(second, "after the close");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void whatArrivesIsWholeAndNothingIsMadeUp(long seed) throws Exception {
    int many = 500;
    try (Http3Server server = DatagramLoopbackTest.server(DatagramOptions.defaults());
        LossyUdpProxy proxy =
            new LossyUdpProxy(server.localAddress(), seed, LossyUdpProxy.Faults.all(0.05));
        SessionConnection connection = connect(proxy);
        Session session = open(connection, server, "/")) {
      session.headers();
      DatagramContext context = session.datagramNoContext();
      Set<String> sent = new HashSet<>();
      Set<String> echoed = new HashSet<>();
      for (int i = 0; i < many; i++) {
        String payload = i + " " + "x".repeat(i);
        sent.add(payload);
        context.writeDatagram(bytes(payload));
        Optional<byte[]> echo = context.readDatagram(Duration.ofMillis(20));
        echo.ifPresent(bytes -> echoed.add(text(bytes)));
      }
      assertThat(sent).containsAll(echoed);
      assertThat(echoed).hasSizeGreaterThan(many / 2);
      assertThat(proxy.dropped()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void capsulesAllArriveInOrder(long seed) throws Exception {
    try (Http3Server server = DatagramLoopbackTest.server(DatagramOptions.defaults());
        LossyUdpProxy proxy =
            new LossyUdpProxy(server.localAddress(), seed, LossyUdpProxy.Faults.all(0.05));
        SessionConnection connection = connect(proxy);
        Session session = open(connection, server, "/contexts")) {
      DatagramContext context = session.registerDatagramContext();
      for (int i = 0; i < 200; i++) {
        context.writeInCapsule(bytes("capsule " + i));
      }
      for (int i = 0; i < 200; i++) {
        Datagram echo = context.receive();
        assertThat(echo.inCapsule()).isTrue();
        assertThat(text(echo.payload())).isEqualTo("capsule " + i);
      }
      session.finish(dev.heddle.Headers.empty());
      assertThatThrownBy(context::readDatagram)
          .isInstanceOfSatisfying(
              SessionClosedException.class, e -> assertThat(e.fromPeer()).isTrue());
    }
  }
}
