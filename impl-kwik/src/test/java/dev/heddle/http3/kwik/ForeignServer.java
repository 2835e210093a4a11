package dev.heddle.http3.kwik;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;

/** A server on kwik and on loopback with another application than ours. */
record ForeignServer(DatagramSocket socket, ServerConnector connector) implements AutoCloseable {
  static ForeignServer start(String alpn, ApplicationProtocolConnectionFactory application)
      throws Exception {
    ServerKey key = ServerKey.of(Loopback.CERTIFICATE);
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServerConnector connector =
        ServerConnector.builder()
            .withSocket(socket)
            .withKeyStore(key.store(), ServerKey.ALIAS, key.password(), key.curve())
            .withConfiguration(
                ServerConnectionConfig.builder()
                    .maxIdleTimeoutInSeconds(30)
                    .maxUnidirectionalStreamBufferSize(1_000_000)
                    .maxBidirectionalStreamBufferSize(1_000_000)
                    .maxConnectionBufferSize(10_000_000)
                    .maxOpenPeerInitiatedUnidirectionalStreams(10)
                    .maxOpenPeerInitiatedBidirectionalStreams(100)
                    .retryRequired(false)
                    .connectionIdLength(8)
                    .build())
            .withLogger(new KwikLog())
            .build();
    connector.registerApplicationProtocol(alpn, application);
    connector.start();
    return new ForeignServer(socket, connector);
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() {
    connector.close();
  }
}
