package dev.heddle.flupke;

import dev.heddle.ServerCertificate;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;
import tech.kwik.flupke.server.Http3ApplicationProtocolFactory;
import tech.kwik.flupke.server.HttpRequestHandler;

/** flupke's own server with a handler, to compare with. */
record FlupkeServer(int port, ServerConnector connector, ExecutorService threads)
    implements AutoCloseable {
  private static final char[] PASSWORD = {};

  static FlupkeServer start(ServerCertificate certificate, HttpRequestHandler handler)
      throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    X509Certificate[] chain = certificate.chain().toArray(X509Certificate[]::new);
    store.setKeyEntry("server", certificate.privateKey(), PASSWORD, chain);
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServerConnector connector =
        ServerConnector.builder()
            .withSocket(socket)
            .withKeyStore(store, "server", PASSWORD, "secp256r1")
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
            .withLogger(new NullLogger())
            .build();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    connector.registerApplicationProtocol(
        "h3", new Http3ApplicationProtocolFactory(handler, Map.of(), threads));
    connector.start();
    return new FlupkeServer(socket.getLocalPort(), connector, threads);
  }

  @Override
  public void close() {
    connector.close();
    threads.shutdownNow();
  }
}
