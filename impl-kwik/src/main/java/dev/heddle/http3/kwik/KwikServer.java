package dev.heddle.http3.kwik;

import dev.heddle.ErrorCode;
import dev.heddle.Http3Server;
import dev.heddle.SessionConnection;
import dev.heddle.http3.session.HeddleConnection;
import dev.heddle.spi.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import tech.kwik.core.ConnectionEstablishedEvent;
import tech.kwik.core.ConnectionListener;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.loom.LoomHandshake;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnection;

/**
 * A server: takes the connections that kwik's handshakes yield, gives each an engine, and ends them
 * all. Any thread; connections come on kwik's receive threads, which are not held up.
 */
final class KwikServer implements Http3Server, ApplicationProtocolConnectionFactory {
  private final ServerOptions options;
  private final Listener listener;
  private final InetSocketAddress address;
  private final Connections connections;
  private final Backlog backlog = new Backlog();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean refusing;

  private KwikServer(ServerOptions options, Listener listener) {
    this.options = options;
    this.listener = listener;
    this.address = listener.address();
    this.connections = new Connections(options.limits().maxConnections());
  }

  static KwikServer start(ServerOptions options) throws IOException {
    Listener listener = Listener.bind(options);
    KwikServer server = new KwikServer(options, listener);
    listener.start(server);
    return server;
  }

  @Override
  public InetSocketAddress localAddress() {
    return address;
  }

  @Override
  public SessionConnection accept() throws IOException, InterruptedException {
    if (options.handler().isPresent()) {
      throw new IllegalStateException(
          "this server has a handler for its sessions; start it without one to accept them");
    }
    return backlog.take();
  }

  @Override
  public void shutdown(Duration drain) {
    if (drain.isNegative()) {
      throw new IllegalArgumentException("a time to drain is not negative: " + drain);
    }
    refusing = true;
    if (!drain.isZero()) {
      drain(drain);
    }
    close();
  }

  /** Drains all connections at once; an interrupt ends that, and is left to be seen. */
  private void drain(Duration drain) {
    List<Thread> drains = new ArrayList<>();
    for (SessionConnection connection : connections.all()) {
      drains.add(
          Thread.ofVirtual()
              .name("heddle drains a connection")
              .start(() -> connection.shutdown(drain)));
    }
    try {
      for (Thread thread : drains) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        refusing = true;
        backlog.close();
        connections.close();
        connections.all().forEach(SessionConnection::close);
        listener.close();
      } finally {
        closed.countDown();
      }
    } else {
      awaitClosed();
    }
  }

  /** A second caller may rely on the free port as well. */
  private void awaitClosed() {
    boolean interrupted = false;
    while (true) {
      try {
        closed.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public ApplicationProtocolConnection createConnection(String protocol, QuicConnection kwik) {
    if (LoomHandshake.isDone(kwik)) {
      take((ServerConnection) kwik);
    } else {
      // RFC 8470 §3: a request in early data may be a replay, so nobody sees one before the
      // handshake is done; until then its stream waits in kwik.
      kwik.setConnectionListener(
          new ConnectionListener() {
            @Override
            public void connected(ConnectionEstablishedEvent event) {
              take((ServerConnection) kwik);
            }

            @Override
            public void disconnected(ConnectionTerminatedEvent event) {
              // The engine hears of it through its own connection.
            }
          });
    }
    return null; // the engine takes the streams itself
  }

  @Override
  public int maxConcurrentPeerInitiatedBidirectionalStreams() {
    return options.limits().maxConcurrentRequests();
  }

  @Override
  public boolean enableDatagramExtension() {
    return options.datagrams().enabled();
  }

  @Override
  public int maxConcurrentPeerInitiatedUnidirectionalStreams() {
    return options.limits().maxUnidirectionalStreams();
  }

  private void take(ServerConnection kwik) {
    if (refusing) {
      kwik.close(TransportErrorCode.CONNECTION_REFUSED, "the server is shutting down");
      return;
    }
    Optional<Connections.Place> reserved = connections.reserve();
    if (reserved.isPresent()) {
      occupy(reserved.get(), kwik);
    } else {
      kwik.close(ErrorCode.H3_EXCESSIVE_LOAD.value(), "too many connections");
    }
  }

  private void occupy(Connections.Place place, ServerConnection kwik) {
    KwikConnection port =
        new KwikConnection(
            kwik, false, address, kwik.getInitialRemoteAddress(), () -> ended(place));
    SessionConnection connection =
        HeddleConnection.server(port, options.limits(), options.datagrams(), options.handler());
    if (!place.fill(connection)) {
      connection.close();
    } else if (options.handler().isEmpty()) {
      queue(connection, port);
    }
  }

  private void queue(SessionConnection connection, KwikConnection port) {
    if (!backlog.offer(connection)) {
      port.close(ErrorCode.H3_EXCESSIVE_LOAD.value(), "too many connections wait to be accepted");
    } else if (port.ended()) {
      backlog.remove(connection); // it ended too early for ended() to find it there
    }
  }

  private void ended(Connections.Place place) {
    place.leave().ifPresent(backlog::remove);
  }
}
