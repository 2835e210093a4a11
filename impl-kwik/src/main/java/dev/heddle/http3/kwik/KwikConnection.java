package dev.heddle.http3.kwik;

import dev.heddle.ConnectionClosedException;
import dev.heddle.http3.quic.DatagramSource;
import dev.heddle.http3.quic.QuicConnection;
import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.loom.LoomStream;

/** A connection of kwik behind the port. Any thread, any moment. */
final class KwikConnection implements QuicConnection {
  /** CONNECTION_CLOSE must fit into one packet: kwik never splits or shortens it. */
  private static final int MOST_REASON_BYTES = 512;

  private final tech.kwik.core.QuicConnection kwik;
  private final LoomConnection loom;
  private final boolean client;
  private final InetSocketAddress localAddress;
  private final InetSocketAddress remoteAddress;

  /**
   * How this side closes the connection, set before kwik hears of it: of two threads that close at
   * once the second returns at once, and from then on nothing may be sent any more.
   */
  private final AtomicReference<ConnectionEnd> closing = new AtomicReference<>();

  private final Runnable whenEnded;

  /**
   * A connection whose handshake is done.
   *
   * @param whenEnded runs on a thread of kwik, after the engine was told of the end
   */
  KwikConnection(
      tech.kwik.core.QuicConnection kwik,
      boolean client,
      InetSocketAddress localAddress,
      InetSocketAddress remoteAddress,
      Runnable whenEnded) {
    this.kwik = kwik;
    this.loom = LoomConnection.from(kwik);
    this.client = client;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.whenEnded = whenEnded;
  }

  @Override
  public boolean client() {
    return client;
  }

  @Override
  public void start(Consumer<QuicStream> streams, Consumer<ConnectionClosedException> ended) {
    loom.onEnd(end -> {
      try {
        ended.accept(Endings.closed(end, null));
      } finally {
        whenEnded.run();
      }
    });
    loom.onPeerStream(stream -> streams.accept(new KwikStream(stream, this)));
  }

  @Override
  public boolean datagramsPossible() {
    return kwik.canReceiveDatagram();
  }

  @Override
  public void datagrams(DatagramSource source, Consumer<ByteBuffer> sink) {
    loom.datagrams(new Pulled(source), sink);
  }

  private record Pulled(DatagramSource source) implements tech.kwik.core.loom.DatagramSource {
    @Override
    public int nextBytes() {
      return source.nextBytes();
    }

    @Override
    public void writeNext(ByteBuffer packet) {
      source.writeNext(packet);
    }

    @Override
    public void discardNext() {
      source.discardNext();
    }
  }

  @Override
  public void datagramsReady() {
    loom.datagramsReady();
  }

  @Override
  public int maxDatagramBytes() {
    return loom.maxDatagramBytes();
  }

  @Override
  public QuicStream openStream(boolean bidirectional) throws IOException, InterruptedException {
    requireOpen();
    try {
      return new KwikStream(loom.openStream(bidirectional), this);
    } catch (ConnectionEndedException e) {
      throw Endings.closed(e.end(), e);
    }
  }

  @Override
  public Optional<QuicStream> tryOpenStream(boolean bidirectional) throws IOException {
    requireOpen();
    try {
      Optional<LoomStream> opened = loom.tryOpenStream(bidirectional);
      return opened.map(stream -> new KwikStream(stream, this));
    } catch (ConnectionEndedException e) {
      throw Endings.closed(e.end(), e);
    }
  }

  @Override
  public boolean awaitSent(Duration limit) throws InterruptedException {
    return loom.awaitAcknowledged(limit);
  }

  @Override
  public void close(long code, String reason) {
    String words = shortened(reason);
    ConnectionEnd end = new ConnectionEnd(ConnectionEnd.Cause.CLOSED, false, true, code, words);
    if (closing.compareAndSet(null, end)) {
      kwik.close(code, words);
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Throws if this side has begun to close the connection. */
  void requireOpen() throws ConnectionClosedException {
    ConnectionEnd end = closing.get();
    if (end != null) {
      throw Endings.closed(loom.end().orElse(end), null);
    }
  }

  /** Whether the connection has ended; its end may still be on its way to the engine. */
  boolean ended() {
    return loom.end().isPresent();
  }

  /**
   * Whether neither side has begun to close the connection. Whoever learns of the end before
   * CONNECTION_CLOSE has left must send nothing more: a RESET_STREAM would overtake it, and the
   * peer would take the connection's end for a fault of one request.
   */
  boolean live() {
    return closing.get() == null && !ended();
  }

  static String shortened(String reason) {
    byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= MOST_REASON_BYTES) {
      return reason;
    }
    int end = MOST_REASON_BYTES;
    while ((utf8[end] & 0xc0) == 0x80) {
      end--; // not inside a character
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }
}
