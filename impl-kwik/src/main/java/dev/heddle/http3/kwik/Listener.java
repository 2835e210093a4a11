package dev.heddle.http3.kwik;

import dev.heddle.Limits;
import dev.heddle.spi.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.time.Duration;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;

/** kwik's server side on one bound socket. Any thread. */
final class Listener {
  private static final String ALPN = "h3"; // RFC 9114 §3.1
  private static final int CONNECTION_ID_BYTES = 8;

  /**
   * How long kwik may wait for its connections to end, three probe time-outs each; then its socket
   * is closed under those whose handshakes will never be done.
   */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final GuardedSocket socket;
  private final ServerConnector connector;

  private Listener(GuardedSocket socket, ServerConnector connector) {
    this.socket = socket;
    this.connector = connector;
  }

  /** Binds the socket, after a look at the certificate, so that a bad one binds nothing. */
  static Listener bind(ServerOptions options) throws IOException {
    ServerKey key = ServerKey.of(options.certificate());
    GuardedSocket socket = GuardedSocket.bound(options.address());
    try {
      ServerConnector connector =
          ServerConnector.builder()
              .withSocket(socket)
              .withKeyStore(key.store(), ServerKey.ALIAS, key.password(), key.curve())
              .withConfiguration(configuration(options.limits()))
              .withLogger(new KwikLog())
              .build();
      return new Listener(socket, connector);
    } catch (CertificateException | RuntimeException e) {
      socket.close();
      throw new IOException("the server certificate cannot be used: " + e.getMessage(), e);
    }
  }

  void start(ApplicationProtocolConnectionFactory connections) {
    connector.registerApplicationProtocol(ALPN, connections);
    connector.start();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Ends what is left of connections, then frees the port. Takes no notice of interrupts. */
  void close() {
    // On a thread of its own, for an interrupt is the way to end kwik's wait for its connections.
    Thread closing = Thread.ofVirtual().name("heddle closes a server").start(connector::close);
    boolean interrupted = false;
    long deadline = System.nanoTime() + FAREWELL.toNanos();
    while (closing.isAlive()) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      try {
        if (left.isPositive() ? closing.join(left) : join(closing)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true; // which is told at the end: the port must be free on return
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean join(Thread closing) throws InterruptedException {
    closing.interrupt();
    closing.join();
    return true;
  }

  private static ServerConnectionConfig configuration(Limits limits) {
    long streamWindow = Math.min(limits.streamWindowBytes(), limits.connectionWindowBytes());
    return ServerConnectionConfig.builder()
        .maxIdleTimeout(Math.toIntExact(limits.idleTimeout().toMillis()))
        .maxConnectionBufferSize(limits.connectionWindowBytes())
        .maxUnidirectionalStreamBufferSize(streamWindow)
        .maxBidirectionalStreamBufferSize(streamWindow)
        .maxOpenPeerInitiatedUnidirectionalStreams(limits.maxUnidirectionalStreams())
        .maxOpenPeerInitiatedBidirectionalStreams(limits.maxConcurrentRequests())
        // A Retry would cost every connection a round trip. Without it, RFC 9000 §8.1 still keeps
        // the server from sending a stranger more than three times what came from there.
        .retryRequired(false)
        .connectionIdLength(CONNECTION_ID_BYTES)
        .build();
  }
}
