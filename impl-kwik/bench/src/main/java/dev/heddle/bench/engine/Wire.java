package dev.heddle.bench.engine;

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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Two connections that are each other's peer, with as little between them as there can be:
 * callbacks run on the thread that writes, and nothing is ever full.
 */
final class Wire {
  private static final int DATAGRAM_BYTES = 1_200;

  final Side client = new Side(true);
  final Side server = new Side(false);

  /** One of the two. */
  final class Side implements QuicConnection {
    private final boolean isClient;
    private final AtomicLong nextBidirectional;
    private final AtomicLong nextUnidirectional;
    private final CountDownLatch started = new CountDownLatch(1);
    private final AtomicBoolean ready = new AtomicBoolean();
    private final ReentrantLock sending = new ReentrantLock();
    private final ByteBuffer packet = ByteBuffer.allocate(DATAGRAM_BYTES);
    private volatile Consumer<QuicStream> onStream;
    private volatile Consumer<ConnectionClosedException> onEnd;
    private volatile Consumer<ByteBuffer> sink;
    private volatile DatagramSource source;

    Side(boolean isClient) {
      this.isClient = isClient;
      this.nextBidirectional = new AtomicLong(isClient ? 0 : 1);
      this.nextUnidirectional = new AtomicLong(isClient ? 2 : 3);
    }

    private Side peer() {
      return isClient ? server : client;
    }

    @Override
    public boolean client() {
      return isClient;
    }

    @Override
    public void start(Consumer<QuicStream> streams, Consumer<ConnectionClosedException> ended) {
      onEnd = ended;
      onStream = streams;
      started.countDown();
    }

    @Override
    public boolean datagramsPossible() {
      return true;
    }

    @Override
    public void datagrams(DatagramSource from, Consumer<ByteBuffer> to) {
      sink = to;
      source = from;
    }

    @Override
    public void datagramsReady() {
      ready.set(true);
      while (ready.get() && sending.tryLock()) {
        try {
          ready.set(false);
          while (source.nextBytes() >= 0) {
            source.writeNext(packet.clear());
            peer().sink.accept(packet.flip());
          }
        } finally {
          sending.unlock();
        }
      }
    }

    @Override
    public int maxDatagramBytes() {
      return DATAGRAM_BYTES;
    }

    @Override
    public QuicStream openStream(boolean bidirectional) {
      long id = (bidirectional ? nextBidirectional : nextUnidirectional).getAndAdd(4);
      Pipe forth = new Pipe();
      Pipe back = new Pipe();
      PipedStream there = new PipedStream(id, forth, back, null);
      return new PipedStream(id, back, forth, () -> peer().opened(there));
    }

    private void opened(QuicStream stream) {
      try {
        started.await();
        onStream.accept(stream);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Optional<QuicStream> tryOpenStream(boolean bidirectional) {
      return Optional.of(openStream(bidirectional));
    }

    @Override
    public boolean awaitSent(Duration limit) {
      return true;
    }

    @Override
    public void close(long code, String reason) {
      ErrorCode error = new ErrorCode(code);
      onEnd.accept(new ConnectionClosedException(Origin.LOCAL, error, reason, null));
      peer().onEnd.accept(new ConnectionClosedException(Origin.PEER, error, reason, null));
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
