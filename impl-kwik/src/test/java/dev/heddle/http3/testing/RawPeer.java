package dev.heddle.http3.testing;

import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramOptions;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.http3.quic.DatagramSource;
import dev.heddle.http3.quic.QuicConnection;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.session.HeddleConnection;
import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.Bytes;
import dev.heddle.http3.wire.FrameReader;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A peer of the engine that sends any octets and sees every code. Closes the connection. */
public final class RawPeer implements AutoCloseable {
  private final TransportPair pair;
  private final QuicConnection quic;
  private final HeddleConnection engine;
  private final LinkedBlockingQueue<QuicStream> streams = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> datagrams = new LinkedBlockingQueue<>();
  private final CompletableFuture<ConnectionClosedException> end = new CompletableFuture<>();

  private MemoryStream ours;

  private RawPeer(TransportPair pair, QuicConnection quic, HeddleConnection engine) {
    this.pair = pair;
    this.quic = quic;
    this.engine = engine;
    quic.datagrams(NOTHING, datagram -> datagrams.add(Bytes.hex(bytes(datagram))));
    quic.start(streams::add, end::complete);
  }

  /** A client of an engine that is a server with this handler; it has sent its SETTINGS. */
  public static RawPeer client(SessionHandler handler) throws Exception {
    return client(Limits.defaults(), handler).settled();
  }

  /** A client that has sent nothing yet; a null handler means that sessions are accepted. */
  public static RawPeer client(Limits limits, SessionHandler handler) {
    return client(limits, DatagramOptions.defaults(), handler);
  }

  public static RawPeer client(Limits limits, DatagramOptions datagrams, SessionHandler handler) {
    return client(new TransportPair(), limits, datagrams, handler);
  }

  public static RawPeer client(TransportPair pair, Limits limits, SessionHandler handler) {
    return client(pair, limits, DatagramOptions.defaults(), handler);
  }

  private static RawPeer client(
      TransportPair pair, Limits limits, DatagramOptions datagrams, SessionHandler handler) {
    HeddleConnection server =
        HeddleConnection.server(pair.server(), limits, datagrams, Optional.ofNullable(handler));
    return new RawPeer(pair, pair.client(), server);
  }

  /** A client that takes part in datagrams. */
  public static RawPeer datagramClient(SessionHandler handler) throws Exception {
    return client(Limits.defaults(), handler).settledWithDatagrams();
  }

  /** A server that takes part in datagrams. */
  public static RawPeer datagramServer() throws Exception {
    return server(Limits.defaults()).settledWithDatagrams();
  }

  /** A server of an engine that is a client; it has sent its SETTINGS. */
  public static RawPeer server() throws Exception {
    return server(Limits.defaults()).settled();
  }

  /** A server that has sent nothing yet. */
  public static RawPeer server(Limits limits) {
    return server(new TransportPair(), limits);
  }

  public static RawPeer server(TransportPair pair, Limits limits) {
    return server(pair, limits, DatagramOptions.defaults());
  }

  public static RawPeer server(TransportPair pair, Limits limits, DatagramOptions datagrams) {
    return new RawPeer(
        pair, pair.server(), HeddleConnection.client(pair.client(), limits, datagrams));
  }

  /** Sends an empty SETTINGS. */
  public RawPeer settled() throws Exception {
    ours = uni(Octets.CONTROL);
    return this;
  }

  /** This peer's control stream, once it has {@link #settled()}. */
  public MemoryStream ours() {
    return ours;
  }

  /** The engine's connection. */
  public HeddleConnection engine() {
    return engine;
  }

  public TransportPair pair() {
    return pair;
  }

  /** Opens a unidirectional stream and sends octets on it. */
  public MemoryStream uni(byte[]... octets) throws Exception {
    return ((MemoryStream) quic.openStream(false)).send(octets);
  }

  /** Opens a bidirectional stream and sends octets on it. */
  public MemoryStream bidi(byte[]... octets) throws Exception {
    return ((MemoryStream) quic.openStream(true)).send(octets);
  }

  /** Opens a bidirectional stream and sends octets on it, and their end. */
  public MemoryStream message(byte[]... octets) throws Exception {
    return ((MemoryStream) quic.openStream(true)).end(octets);
  }

  /** Opens a unidirectional stream and sends octets on it, and their end. */
  public MemoryStream uniMessage(byte[]... octets) throws Exception {
    return ((MemoryStream) quic.openStream(false)).end(octets);
  }

  /** Sends SETTINGS with H3_DATAGRAM = 1. */
  public RawPeer settledWithDatagrams() throws Exception {
    ours = uni(Octets.CONTROL_WITH_DATAGRAMS);
    return this;
  }

  /** Sends a QUIC datagram. */
  public void datagram(String hex) {
    pair.datagram(quic, Bytes.hex(hex));
  }

  /** The next QUIC datagram of the engine, in hexadecimal. */
  public String awaitDatagram() throws InterruptedException {
    String next = datagrams.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("the engine has sent no datagram");
    }
    return next;
  }

  /** QUIC datagrams of the engine that nobody has looked at. */
  public int waitingDatagrams() {
    return datagrams.size();
  }

  private static byte[] bytes(ByteBuffer datagram) {
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(bytes);
    return bytes;
  }

  private static final DatagramSource NOTHING =
      new DatagramSource() {
        @Override
        public int nextBytes() {
          return -1;
        }

        @Override
        public void writeNext(ByteBuffer packet) {
          throw new AssertionError();
        }

        @Override
        public void discardNext() {
          throw new AssertionError();
        }
      };

  /** The next stream that the engine opens, of one kind; others are left out. */
  public MemoryStream accept(boolean bidirectional) throws InterruptedException {
    while (true) {
      QuicStream next = streams.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("the engine has opened no stream");
      }
      if (next.bidirectional() == bidirectional) {
        return (MemoryStream) next;
      }
    }
  }

  /** Reads the engine's control stream from its type on. */
  public FrameReader control() throws Exception {
    BufferedByteSource in = new BufferedByteSource(accept(false)::read);
    if (in.varint() != 0) {
      throw new AssertionError("no control stream");
    }
    return new FrameReader(in);
  }

  /** Lets the client that is the engine send a request, and takes its stream. */
  public Exchange exchange(Headers request) throws Exception {
    Session session = engine.open(request, new byte[0]);
    return new Exchange(session, accept(true));
  }

  /** A client's session and what the server sees of it. */
  public record Exchange(Session session, MemoryStream stream) {}

  /** How the connection ended, as this peer sees it. */
  public ConnectionClosedException awaitEnd() throws Exception {
    return end.get(10, TimeUnit.SECONDS);
  }

  /** The code with which the engine closes the connection. */
  public ErrorCode awaitClose() throws Exception {
    return awaitEnd().code().orElseThrow();
  }

  /** Fails if the connection has ended by now. */
  public void requireAlive() {
    if (end.isDone()) {
      throw new AssertionError("the connection has ended", end.join());
    }
  }

  @Override
  public void close() {
    engine.close();
    pair.close();
  }
}
