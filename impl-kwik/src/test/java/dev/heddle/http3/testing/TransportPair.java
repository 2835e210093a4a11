package dev.heddle.http3.testing;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import dev.heddle.http3.quic.DatagramSource;
import dev.heddle.http3.quic.QuicConnection;
import dev.heddle.http3.quic.QuicStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Two QUIC connections that are each other's peer, in memory. A stream shows up at the peer when it
 * is opened; a reset drops what waits to be read, which is the most abrupt that a network can do.
 */
public final class TransportPair implements AutoCloseable {
  private static final int MANY = 1 << 20;

  private final int streamBytes;
  private final Map<Long, Shared> open = new ConcurrentHashMap<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Side client;
  private final Side server;

  public TransportPair() {
    this(65_536, 100, 32);
  }

  /** With so many bytes of buffer for each direction, and so many streams at once of each kind. */
  public TransportPair(int streamBytes, int bidirectional, int unidirectional) {
    this.streamBytes = streamBytes;
    this.client = new Side(true, bidirectional, unidirectional);
    this.server = new Side(false, bidirectional, unidirectional);
  }

  public QuicConnection client() {
    return client;
  }

  public QuicConnection server() {
    return server;
  }

  /** Ends both sides as if nothing had come for the idle time-out. */
  public void idleOut() {
    end(
        client,
        new ConnectionClosedException(Origin.IDLE_TIMEOUT, null, "", null),
        new ConnectionClosedException(Origin.IDLE_TIMEOUT, null, "", null));
  }

  /** The largest datagram from now on, of either side; 0 for none at all. */
  public void maxDatagramBytes(int bytes) {
    client.datagrams.maxBytes(bytes);
    server.datagrams.maxBytes(bytes);
  }

  /** Lets no datagram leave either side, as a full congestion window does, or lets them again. */
  public void holdDatagrams(boolean hold) {
    client.datagrams.hold(hold);
    server.datagrams.hold(hold);
  }

  /** Has a datagram arrive at the peer of a side, whatever its source says. */
  public void datagram(QuicConnection from, byte[] octets) {
    ((Side) from).deliver(octets);
  }

  /** Lets a side open more unidirectional streams. */
  public void allow(QuicConnection side, int unidirectional) {
    ((Side) side).credit(false).release(unidirectional);
  }

  /** Streams of both kinds that are not over in both directions. */
  public int openStreams() {
    return open.size();
  }

  @Override
  public void close() {
    client.close(0x100, "the test is over");
  }

  private void end(Side side, ConnectionClosedException here, ConnectionClosedException there) {
    if (ended.compareAndSet(false, true)) {
      side.end = here;
      side.peer().end = there;
      open.values().forEach(Shared::wake);
      for (Side each : new Side[] {client, server}) {
        each.credit(true).release(MANY);
        each.credit(false).release(MANY);
        each.events.add(() -> each.onEnd.accept(each.end));
        each.events.add(Side.LAST);
      }
    }
  }

  /** The two directions of a stream, one of them null if there is only one. */
  private final class Shared {
    private final MemoryPipe forth;
    private final MemoryPipe back;
    private final AtomicInteger left;

    Shared(long id, boolean bidirectional, Side opener) {
      left = new AtomicInteger(bidirectional ? 2 : 1);
      Side peer = opener.peer();
      forth = pipe(id, bidirectional, opener, peer);
      back = bidirectional ? pipe(id, true, peer, opener) : null;
    }

    private MemoryPipe pipe(long id, boolean bidirectional, Side writer, Side reader) {
      AtomicBoolean once = new AtomicBoolean();
      return new MemoryPipe(
          streamBytes,
          () -> writer.end,
          () -> reader.end,
          () -> {
            if (once.compareAndSet(false, true) && left.decrementAndGet() == 0) {
              open.remove(id);
              ((id & 1) == 0 ? client : server).credit(bidirectional).release();
            }
          });
    }

    void wake() {
      forth.wake();
      if (back != null) {
        back.wake();
      }
    }
  }

  private final class Side implements QuicConnection {
    private static final Runnable LAST = () -> {};

    private final boolean isClient;
    private final Semaphore bidirectional;
    private final Semaphore unidirectional;
    private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Object opening = new Object();
    private long nextBidirectional; // guarded by opening
    private long nextUnidirectional; // guarded by opening
    private final MemoryDatagrams datagrams = new MemoryDatagrams(this::deliver);
    private volatile Consumer<QuicStream> onStream;
    private volatile Consumer<ConnectionClosedException> onEnd;
    private volatile ConnectionClosedException end;

    Side(boolean isClient, int bidirectional, int unidirectional) {
      this.isClient = isClient;
      this.bidirectional = new Semaphore(bidirectional);
      this.unidirectional = new Semaphore(unidirectional);
      this.nextBidirectional = isClient ? 0 : 1;
      this.nextUnidirectional = isClient ? 2 : 3;
    }

    Side peer() {
      return isClient ? server : client;
    }

    Semaphore credit(boolean bidi) {
      return bidi ? bidirectional : unidirectional;
    }

    @Override
    public boolean client() {
      return isClient;
    }

    @Override
    public void start(Consumer<QuicStream> streams, Consumer<ConnectionClosedException> ended) {
      onStream = streams;
      onEnd = ended;
      Thread.ofVirtual().name("transport").start(this::deliver);
    }

    @Override
    public boolean datagramsPossible() {
      return datagrams.possible();
    }

    @Override
    public void datagrams(DatagramSource source, Consumer<ByteBuffer> sink) {
      datagrams.start(source, sink);
    }

    @Override
    public int maxDatagramBytes() {
      return peer().datagrams.started() ? datagrams.maxBytes() : 0;
    }

    @Override
    public void datagramsReady() {
      datagrams.ready();
    }

    void deliver(byte[] datagram) {
      if (end == null) {
        peer().events.add(() -> peer().datagrams.arrived(datagram));
      }
    }

    private void deliver() {
      try {
        Runnable event = events.take();
        while (event != LAST) {
          event.run();
          event = events.take();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public QuicStream openStream(boolean bidi)
        throws ConnectionClosedException, InterruptedException {
      credit(bidi).acquire();
      return opened(bidi);
    }

    @Override
    public Optional<QuicStream> tryOpenStream(boolean bidi) throws ConnectionClosedException {
      return credit(bidi).tryAcquire() ? Optional.of(opened(bidi)) : Optional.empty();
    }

    private QuicStream opened(boolean bidi) throws ConnectionClosedException {
      synchronized (opening) {
        if (end != null) {
          throw end;
        }
        long id = bidi ? nextBidirectional : nextUnidirectional;
        if (bidi) {
          nextBidirectional += 4;
        } else {
          nextUnidirectional += 4;
        }
        Shared shared = new Shared(id, bidi, this);
        open.put(id, shared);
        Side peer = peer();
        MemoryStream there = new MemoryStream(id, shared.forth, shared.back);
        peer.events.add(() -> peer.onStream.accept(there));
        return new MemoryStream(id, shared.back, shared.forth);
      }
    }

    @Override
    public boolean awaitSent(Duration limit) {
      return true;
    }

    @Override
    public void close(long code, String reason) {
      ErrorCode error = new ErrorCode(code);
      TransportPair.this.end(
          this,
          new ConnectionClosedException(Origin.LOCAL, error, reason, null),
          new ConnectionClosedException(Origin.PEER, error, reason, null));
    }

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), isClient ? 1 : 443);
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return peer().localAddress();
    }
  }
}
