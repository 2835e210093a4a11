package dev.heddle.loom;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;

/**
 * A kwik server and its clients on 127.0.0.1, behind a proxy if there are faults. Uses nothing but
 * kwik's public interface, so it runs on the stock jar too.
 */
public final class Loopback implements AutoCloseable {

  private static final int MAX_DATAGRAM = 1_500;
  public static final String PROTOCOL = "loom-test";

  /** Sizes for both sides. */
  public record Sizes(int streams, int streamWindow, int connectionWindow) {
    public static final Sizes NORMAL = new Sizes(100, 250_000, 2_500_000);

    public Sizes withStreams(int count) {
      return new Sizes(count, streamWindow, connectionWindow);
    }
  }

  private final DatagramSocket socket;
  private final ServerConnector connector;
  private final LossyUdpProxy proxy;
  private final Sizes sizes;
  private final Consumer<QuicStream> serverStreams;
  private final BlockingQueue<QuicConnection> accepted = new LinkedBlockingQueue<>();
  private final List<QuicClientConnection> clients = new ArrayList<>();

  public Loopback(Sizes sizes, LossyUdpProxy.Faults faults, Consumer<QuicStream> serverStreams)
      throws Exception {
    this.sizes = sizes;
    this.serverStreams = serverStreams;
    socket = DatagramChannel.open().socket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    connector =
        ServerConnector.builder()
            .withSocket(socket)
            .withKeyStore(
                TestCertificate.keyStore(),
                TestCertificate.ALIAS,
                TestCertificate.PASSWORD.toCharArray())
            .withConfiguration(configuration())
            .withLogger(new NullLogger())
            .build();
    connector.registerApplicationProtocol(PROTOCOL, new Accepting());
    connector.start();
    var server = (InetSocketAddress) socket.getLocalSocketAddress();
    proxy = faults == null ? null : new LossyUdpProxy(server, 42, faults);
  }

  /** Each stream that a client opens is handled on a virtual thread of its own. */
  public static Loopback serving(StreamHandler handler) throws Exception {
    return serving(Sizes.NORMAL, null, handler);
  }

  public static Loopback serving(Sizes sizes, LossyUdpProxy.Faults faults, StreamHandler handler)
      throws Exception {
    return new Loopback(
        sizes,
        faults,
        stream ->
            Thread.startVirtualThread(() -> {
              try {
                handler.handle(stream);
              } catch (Exception e) {
                // The client sees what it can see; tests look at that.
              }
            }));
  }

  /** What a server does with a stream. */
  public interface StreamHandler {
    void handle(QuicStream stream) throws Exception;
  }

  private ServerConnectionConfig configuration() {
    return ServerConnectionConfig.builder()
        .maxIdleTimeout(30_000)
        .maxConnectionBufferSize(sizes.connectionWindow())
        .maxUnidirectionalStreamBufferSize(sizes.streamWindow())
        .maxBidirectionalStreamBufferSize(sizes.streamWindow())
        .maxOpenPeerInitiatedUnidirectionalStreams(sizes.streams())
        .maxOpenPeerInitiatedBidirectionalStreams(sizes.streams())
        .build();
  }

  private final class Accepting implements ApplicationProtocolConnectionFactory {
    @Override
    public ApplicationProtocolConnection createConnection(String name, QuicConnection connection) {
      if (serverStreams == null) {
        accepted.add(connection);
        return null;
      }
      accepted.add(connection);
      return new ApplicationProtocolConnection() {
        @Override
        public void acceptPeerInitiatedStream(QuicStream stream) {
          serverStreams.accept(stream);
        }
      };
    }

    @Override
    public boolean enableDatagramExtension() {
      return true;
    }

    @Override
    public int maxConcurrentPeerInitiatedUnidirectionalStreams() {
      return sizes.streams();
    }

    @Override
    public int maxConcurrentPeerInitiatedBidirectionalStreams() {
      return sizes.streams();
    }

    @Override
    public int minUnidirectionalStreamReceiverBufferSize() {
      return sizes.streamWindow();
    }

    @Override
    public long maxUnidirectionalStreamReceiverBufferSize() {
      return sizes.streamWindow();
    }

    @Override
    public int minBidirectionalStreamReceiverBufferSize() {
      return sizes.streamWindow();
    }

    @Override
    public long maxBidirectionalStreamReceiverBufferSize() {
      return sizes.streamWindow();
    }
  }

  /** A builder that would connect to the server; the caller owns what it builds. */
  public QuicClientConnection.Builder client() {
    InetSocketAddress address = address();
    return QuicClientConnection.newBuilder()
        .uri(URI.create("quic://127.0.0.1:" + address.getPort()))
        .applicationProtocol(PROTOCOL)
        .connectTimeout(Duration.ofSeconds(10))
        .maxIdleTimeout(Duration.ofSeconds(30))
        .maxOpenPeerInitiatedBidirectionalStreams(sizes.streams())
        .maxOpenPeerInitiatedUnidirectionalStreams(sizes.streams())
        .defaultStreamReceiveBufferSize((long) sizes.streamWindow())
        .noServerCertificateCheck()
        .enableDatagramExtension()
        .logger(new NullLogger());
  }

  /** A connected client, closed with this. */
  public QuicClientConnection connect() throws IOException {
    QuicClientConnection client = client().build();
    synchronized (clients) {
      clients.add(client);
    }
    client.connect();
    return client;
  }

  /** The datagram that a client sends first, to nobody. */
  public byte[] firstFlight() throws Exception {
    try (DatagramSocket tap = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      QuicClientConnection lost =
          client()
              .uri(URI.create("quic://127.0.0.1:" + tap.getLocalPort()))
              .connectTimeout(Duration.ofMillis(500))
              .build();
      Thread.startVirtualThread(() -> {
        try {
          lost.connect();
        } catch (Exception expected) {
          // Nobody answers.
        }
      });
      tap.setSoTimeout(10_000);
      DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
      tap.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    }
  }

  /** The server's side of the next connection. */
  public QuicConnection accepted() throws InterruptedException {
    QuicConnection connection = accepted.poll(10, TimeUnit.SECONDS);
    if (connection == null) {
      throw new AssertionError("no connection arrived");
    }
    return connection;
  }

  /** Where clients connect to: the proxy if there is one. */
  public InetSocketAddress address() {
    return proxy != null ? proxy.address() : (InetSocketAddress) socket.getLocalSocketAddress();
  }

  public LossyUdpProxy proxy() {
    return proxy;
  }

  public ServerConnector connector() {
    return connector;
  }

  @Override
  public void close() {
    synchronized (clients) {
      clients.forEach(QuicConnection::close);
    }
    connector.close();
    if (proxy != null) {
      proxy.close();
    }
  }
}
