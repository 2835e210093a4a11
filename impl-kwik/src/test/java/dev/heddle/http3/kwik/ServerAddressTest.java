package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
@Timeout(60)
class ServerAddressTest {
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

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void everyAddressOfTheMachineCanBeListenedOn(String wildcard) throws Exception {
    try (Http3Server server = listening(wildcard, 0).start();
        SessionConnection connection = Loopback.connect(server)) {
      assertThat(server.localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral(wildcard));
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
        SessionConnection connection = Loopback.client().connect(Loopback.uri(server, "[::1]"))) {
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
