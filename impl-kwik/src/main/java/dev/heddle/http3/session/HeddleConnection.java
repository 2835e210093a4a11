package dev.heddle.http3.session;

import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramDropReason;
import dev.heddle.DatagramOptions;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.NotSupportedByPeerException;
import dev.heddle.PeerSettings;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.SessionHandler;
import dev.heddle.StreamResetException;
import dev.heddle.http3.connection.Http3Connection;
import dev.heddle.http3.connection.OutgoingMessage;
import dev.heddle.http3.connection.RequestStream;
import dev.heddle.http3.quic.QuicConnection;
import dev.heddle.http3.wire.H3Error;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** A connection as the api shows it, in either role. Any thread. */
public final class HeddleConnection implements SessionConnection {
  /** How long a connection that closes in good order waits for its last bytes to arrive. */
  private static final Duration LAST_BYTES = Duration.ofSeconds(2);

  private final Http3Connection connection;
  private final boolean client;
  private final Optional<HandlerRunner> runner;
  private final AcceptQueue<RequestSession> arrivals = new AcceptQueue<>();
  private final Set<CapsuleSession> capsuleSessions = ConcurrentHashMap.newKeySet();
  private final AtomicReference<ReceivedSettings> settings = new AtomicReference<>();

  private HeddleConnection(
      QuicConnection quic,
      Limits limits,
      DatagramOptions datagrams,
      Optional<SessionHandler> handler) {
    this.client = quic.client();
    this.connection =
        new Http3Connection(quic, limits, datagrams, handler.isEmpty(), this::arrived, this::ended);
    this.runner = handler.map(HandlerRunner::new);
  }

  /** A client's connection, started. */
  public static HeddleConnection client(
      QuicConnection quic, Limits limits, DatagramOptions datagrams) {
    return started(new HeddleConnection(quic, limits, datagrams, Optional.empty()));
  }

  /** A server's connection, started; without a handler its sessions wait to be accepted. */
  public static HeddleConnection server(
      QuicConnection quic,
      Limits limits,
      DatagramOptions datagrams,
      Optional<SessionHandler> handler) {
    return started(new HeddleConnection(quic, limits, datagrams, handler));
  }

  private static HeddleConnection started(HeddleConnection connection) {
    connection.connection.start();
    return connection;
  }

  @Override
  public Session open(Headers request) throws IOException, InterruptedException {
    OutgoingMessage messages = checked(request);
    return open(request, messages, stream -> stream.send(request, messages.bodyLength(), false));
  }

  @Override
  public Session open(Headers request, byte[] body) throws IOException, InterruptedException {
    OutgoingMessage messages = checked(request);
    messages.requireBody(body);
    return open(request, messages, stream -> sendWhole(stream, request, body));
  }

  private static void sendWhole(RequestStream stream, Headers request, byte[] body)
      throws IOException {
    try {
      stream.send(request, body);
    } catch (StreamResetException e) {
      // RFC 9114 §4.1: a response is not discarded because the server stopped the request early
      if (!e.fromPeer()) {
        throw e;
      }
    }
  }

  private OutgoingMessage checked(Headers request) throws IOException, InterruptedException {
    if (!client) {
      throw new IllegalStateException("only a client opens sessions; a server accepts them");
    }
    if (request.protocol().isPresent()) {
      // RFC 9220 §3: Extended CONNECT waits for a server that says it accepts it
      if (!peerSettings().extendedConnect()) {
        throw new NotSupportedByPeerException(
            "the server does not accept Extended CONNECT: it sent no"
                + " SETTINGS_ENABLE_CONNECT_PROTOCOL (0x08) with value 1");
      }
      // RFC 9297 §2.1.1: and its datagrams for SETTINGS of both sides
      connection.datagrams().awaitSettled();
    }
    return OutgoingMessage.request(connection, request);
  }

  private interface Send {
    void to(RequestStream stream) throws IOException;
  }

  private Session open(Headers request, OutgoingMessage messages, Send send)
      throws IOException, InterruptedException {
    RequestStream stream = connection.open(request);
    RequestSession session = new RequestSession(stream, this, messages, true);
    boolean sent = false;
    try {
      send.to(stream);
      sent = true;
      return session;
    } catch (InterruptedIOException e) {
      InterruptedException interrupted = new InterruptedException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      if (!sent) {
        session.close();
      }
    }
  }

  @Override
  public Session accept() throws IOException, InterruptedException {
    if (client) {
      throw new IllegalStateException("only a server accepts sessions; a client opens them");
    }
    if (runner.isPresent()) {
      throw new IllegalStateException(
          "this server has a handler, which gets every session; start it without one to accept");
    }
    return arrivals.take();
  }

  @Override
  public PeerSettings peerSettings() throws IOException, InterruptedException {
    if (settings.get() == null) {
      settings.compareAndSet(null, new ReceivedSettings(connection.peerSettings()));
    }
    return settings.get();
  }

  @Override
  public Map<DatagramDropReason, Long> droppedDatagrams() {
    return Map.copyOf(DropCounts.of(connection.datagrams()::dropped));
  }

  @Override
  public InetSocketAddress localAddress() {
    return connection.quic().localAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return connection.quic().remoteAddress();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public void shutdown(Duration drain) {
    if (drain.isNegative()) {
      throw new IllegalArgumentException("a drain time is not negative: " + drain);
    }
    connection.goAway();
    try {
      long start = System.nanoTime();
      connection.awaitIdle(drain);
      Duration left = drain.minusNanos(System.nanoTime() - start);
      if (left.isPositive()) {
        connection.quic().awaitSent(left.compareTo(LAST_BYTES) < 0 ? left : LAST_BYTES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  @Override
  public void close() {
    connection.close(H3Error.H3_NO_ERROR, "");
    runner.ifPresent(HandlerRunner::interruptAll);
  }

  /** Closes the connection with another code than H3_NO_ERROR. */
  public void close(H3Error error, String reason) {
    connection.close(error, reason);
    runner.ifPresent(HandlerRunner::interruptAll);
  }

  /** A request stream of the client, on its own thread. */
  private void arrived(RequestStream stream) {
    RequestArrival arrival = new RequestArrival(this, connection, stream);
    Optional<RequestSession> session = arrival.session();
    if (session.isEmpty()) {
      connection.release(stream);
    } else if (runner.isPresent()) {
      try {
        runner.get().run(session.get());
      } finally {
        connection.release(stream);
      }
    } else if (!arrivals.add(session.get())) {
      session.get().close();
    }
  }

  /** Those of its sessions whose capsules are read. */
  Set<CapsuleSession> capsuleSessions() {
    return capsuleSessions;
  }

  private void ended(ConnectionClosedException how) {
    capsuleSessions.forEach(session -> session.connectionEnded(how));
    arrivals.end(() -> connection.ended(how)).forEach(RequestSession::close);
  }
}
