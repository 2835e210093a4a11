package dev.heddle.bench.peer;

import dev.heddle.Limits;
import dev.heddle.ServerCertificate;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.security.KeyStore;
import java.security.cert.Certificate;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;

/** A kwik server on a free port, with the windows that Heddle has by default. */
record KwikServer(ServerConnector connector, DatagramSocket socket, int port)
    implements AutoCloseable {
  static final int STREAM_WINDOW_BYTES = Limits.defaults().streamWindowBytes();

  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  static KwikServer start(
      ServerCertificate certificate, String protocol, ApplicationProtocolConnectionFactory factory)
      throws Exception {
    char[] password = "loopback".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, password);
    keys.setKeyEntry(
        "server",
        certificate.privateKey(),
        password,
        certificate.chain().toArray(new Certificate[0]));
    ServerConnectionConfig config =
        ServerConnectionConfig.builder()
            .maxIdleTimeoutInSeconds(30)
            .maxOpenPeerInitiatedBidirectionalStreams(Harness.MAX_REQUESTS)
            .maxOpenPeerInitiatedUnidirectionalStreams(32)
            .maxConnectionBufferSize(Limits.defaults().connectionWindowBytes())
            .maxBidirectionalStreamBufferSize(STREAM_WINDOW_BYTES)
            .maxUnidirectionalStreamBufferSize(STREAM_WINDOW_BYTES)
            .retryRequired(false)
            .build();
    DatagramSocket socket = DatagramChannel.open().socket();
    socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES); // as Heddle's
    socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
    socket.bind(new InetSocketAddress("127.0.0.1", 0));
    ServerConnector connector =
        ServerConnector.builder()
            .withSocket(socket)
            .withKeyStore(keys, "server", password)
            .withConfiguration(config)
            .withLogger(new NullLogger())
            .build();
    connector.registerApplicationProtocol(protocol, factory);
    connector.start();
    return new KwikServer(connector, socket, socket.getLocalPort());
  }

  @Override
  public void close() {
    connector.close();
    socket.close();
  }
}
