package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.impl.QuicClientConnectionImpl;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnectionConfig.RetryRequired;
import tech.kwik.core.server.ServerConnector;

/** What happens seldom on a connection: Retry, other versions, stateless reset, new keys. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class KeepWorkingTest {

  /** An echoing server whose socket the test has as well. */
  private static final class Echo implements AutoCloseable, ApplicationProtocolConnectionFactory {
    final DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    final ServerConnector connector;

    Echo(RetryRequired retry) throws Exception {
      connector =
          ServerConnector.builder()
              .withSocket(socket)
              .withKeyStore(
                  TestCertificate.keyStore(),
                  TestCertificate.ALIAS,
                  TestCertificate.PASSWORD.toCharArray())
              .withConfiguration(
                  ServerConnectionConfig.builder()
                      .maxOpenPeerInitiatedBidirectionalStreams(10_000)
                      .retryRequired(retry)
                      .build())
              .withLogger(new NullLogger())
              .build();
      connector.registerApplicationProtocol(Loopback.PROTOCOL, this);
      connector.start();
    }

    @Override
    public int maxConcurrentPeerInitiatedBidirectionalStreams() {
      return 10_000;
    }

    @Override
    public ApplicationProtocolConnection createConnection(String name, QuicConnection connection) {
      return new ApplicationProtocolConnection() {
        @Override
        public void acceptPeerInitiatedStream(QuicStream stream) {
          Thread.startVirtualThread(() -> {
            try {
              stream.getOutputStream().write(stream.getInputStream().readAllBytes());
              stream.getOutputStream().close();
            } catch (IOException e) {
              // The client sees it.
            }
          });
        }
      };
    }

    QuicClientConnectionImpl connect() throws IOException {
      QuicClientConnection client = client(socket.getLocalPort()).build();
      client.connect();
      return (QuicClientConnectionImpl) client;
    }

    @Override
    public void close() {
      connector.close();
    }
  }

  private static QuicClientConnection.Builder client(int port) {
    return QuicClientConnection.newBuilder()
        .uri(URI.create("quic://127.0.0.1:" + port))
        .applicationProtocol(Loopback.PROTOCOL)
        .connectTimeout(Duration.ofSeconds(10))
        .noServerCertificateCheck()
        .logger(new NullLogger());
  }

  private static void assertEchoes(QuicConnection client) throws IOException {
    QuicStream stream = client.createStream(true);
    stream.getOutputStream().write(new byte[3_000]);
    stream.getOutputStream().close();
    assertThat(stream.getInputStream().readAllBytes()).hasSize(3_000);
  }

  // RFC 9001 §8.1

  @Test
  void aClientWithoutACommonProtocolIsToldSo() throws Exception {
    try (Echo server = new Echo(RetryRequired.Never)) {
      QuicClientConnection client =
          client(server.socket.getLocalPort()).applicationProtocol("other").build();
      CompletableFuture<ConnectionEnd> end = new CompletableFuture<>();
      LoomConnection.from(client).onEnd(end::complete);
      assertThatThrownBy(client::connect).isInstanceOf(IOException.class);
      assertThat(end)
          .succeedsWithin(Duration.ofSeconds(5))
          .extracting(ConnectionEnd::code)
          .isEqualTo(0x0100L + 120);
      assertEchoes(server.connect());
    }
  }

  // RFC 9000 §8.1.2

  @Test
  void aServerMayAskForARetry() throws Exception {
    try (Echo server = new Echo(RetryRequired.Always)) {
      QuicClientConnection client = server.connect();
      assertEchoes(client);
      client.close();
    }
  }

  // RFC 9001 §6

  @Test
  void theClientUpdatesItsKeysAgainAndAgain() throws Exception {
    try (Echo server = new Echo(RetryRequired.Never)) {
      QuicClientConnectionImpl client = server.connect();
      assertEchoes(client);
      for (int i = 0; i < 20; i++) {
        client.updateKeys();
        assertEchoes(client);
      }
      client.close();
    }
  }

  @Test
  void bothSidesUpdateTheirKeysInGoodTime() throws Exception {
    System.setProperty("tech.kwik.core.loom.packetsPerKey", "100");
    try (Echo server = new Echo(RetryRequired.Never)) {
      QuicClientConnectionImpl client = server.connect();
      System.clearProperty("tech.kwik.core.loom.packetsPerKey");
      for (int i = 0; i < 300; i++) {
        assertEchoes(client);
      }
      assertThat(LoomConnection.from(client).end()).isEmpty();
      client.close();
    } finally {
      System.clearProperty("tech.kwik.core.loom.packetsPerKey");
    }
  }

  // RFC 9000 §10.3

  @Test
  void aStatelessResetEndsTheConnectionAndAnotherTokenDoesNot() throws Exception {
    try (Echo server = new Echo(RetryRequired.Never)) {
      QuicClientConnectionImpl client = server.connect();
      assertEchoes(client);
      CompletableFuture<ConnectionEnd> end = new CompletableFuture<>();
      LoomConnection.from(client).onEnd(end::complete);
      assertThat(client.nextDestinationConnectionId()).isNotNull();
      byte[] token = client.getDestinationConnectionIds().get(1).getStatelessResetToken();
      for (int size = 0; size < 60; size++) {
        sendReset(server, client, size, new byte[16]);
      }
      assertEchoes(client);
      assertThat(end).isNotDone();
      sendReset(server, client, 60, token);
      assertThat(end)
          .succeedsWithin(Duration.ofSeconds(10))
          .extracting(ConnectionEnd::cause)
          .isEqualTo(ConnectionEnd.Cause.STATELESS_RESET);
    }
  }

  private static void sendReset(
      Echo server, QuicClientConnectionImpl client, int size, byte[] token) throws IOException {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 0x55);
    int length = Math.min(size, token.length);
    System.arraycopy(token, 0, bytes, size - length, length);
    server.socket.send(
        new DatagramPacket(
            bytes, size, InetAddress.getLoopbackAddress(), client.getLocalAddress().getPort()));
  }

  // RFC 9000 §5.2, §17

  @Test
  void garbageFromTheServersAddressChangesNothing() throws Exception {
    Random random = new Random(5);
    try (Echo server = new Echo(RetryRequired.Never)) {
      QuicClientConnectionImpl client = server.connect();
      int port = client.getLocalAddress().getPort();
      for (int i = 0; i < 3_000; i++) {
        byte[] bytes = new byte[1 + random.nextInt(i % 10 == 0 ? 1_400 : 80)];
        random.nextBytes(bytes);
        // Long headers of version 1 and version negotiation with the client's id, and others.
        byte[] own = client.getSourceConnectionId();
        byte[] start =
            ByteBuffer.allocate(6 + own.length)
                .put((byte) (0x80 | random.nextInt()))
                .putInt(i % 3 == 0 ? 0 : 1)
                .put((byte) own.length)
                .put(own)
                .array();
        if (i % 4 != 0) {
          System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
        }
        server.socket.send(
            new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
      }
      assertEchoes(client);
      assertThat(LoomConnection.from(client).end()).isEmpty();
      client.close();
    }
  }

  // RFC 9000 §6

  @Test
  void aVersionThatTheServerDoesNotKnowIsAnsweredWithThoseItDoes() throws Exception {
    try (Echo server = new Echo(RetryRequired.Never);
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(10_000);
      byte[] strange = new byte[1_200];
      byte[] header = {(byte) 0xc0, 0x1a, 0x2a, 0x3a, 0x4a, 2, 7, 8, 3, 4, 5, 6};
      System.arraycopy(header, 0, strange, 0, header.length);
      socket.send(
          new DatagramPacket(strange, strange.length, server.socket.getLocalSocketAddress()));
      DatagramPacket answer = new DatagramPacket(new byte[1_500], 1_500);
      socket.receive(answer);
      ByteBuffer read = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
      assertThat(read.get() & 0x80).isEqualTo(0x80);
      assertThat(read.getInt()).isZero();
      byte[] ids = new byte[7];
      read.get(ids);
      assertThat(ids).containsExactly(3, 4, 5, 6, 2, 7, 8);
      assertThat(read.getInt()).isEqualTo(1);
    }
  }

  @Test
  void aClientWhoseVersionIsNotKnownFailsAtOnce() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(10_000);
      Thread.startVirtualThread(() -> answerWithVersion(socket, 0x1a2a3a4a));
      QuicClientConnection client = client(socket.getLocalPort()).build();
      assertThatThrownBy(client::connect).isInstanceOf(IOException.class);
    }
  }

  private static void answerWithVersion(DatagramSocket socket, int version) {
    DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
    try {
      socket.receive(packet);
      ByteBuffer initial = ByteBuffer.wrap(packet.getData(), 5, packet.getLength() - 5);
      byte[] destination = new byte[initial.get()];
      initial.get(destination);
      byte[] source = new byte[initial.get()];
      initial.get(source);
      byte[] answer =
          ByteBuffer.allocate(11 + destination.length + source.length)
              .put((byte) 0xc0)
              .putInt(0)
              .put((byte) source.length)
              .put(source)
              .put((byte) destination.length)
              .put(destination)
              .putInt(version)
              .array();
      socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    } catch (IOException e) {
      // The client's time-out tells.
    }
  }
}
