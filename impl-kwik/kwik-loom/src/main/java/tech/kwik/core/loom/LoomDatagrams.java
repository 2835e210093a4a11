package tech.kwik.core.loom;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.DatagramFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.QuicConnectionImpl;

/**
 * The QUIC datagrams of a connection (RFC 9221): the transport pulls one from its source each time
 * it builds a packet, so they leave in the source's order and as congestion control allows, and
 * none waits in the transport. Any thread.
 */
public final class LoomDatagrams {
  /** Where datagrams come from. The transport's sender calls it, one thread at a time. */
  public interface Source {
    /** Bytes of the next datagram, or -1 if there is none. */
    int nextBytes();

    /** Writes the next datagram and moves on. */
    void writeNext(ByteBuffer packet);

    /** Drops the next datagram, which is larger than any frame can be, and moves on. */
    void discardNext();
  }

  /** What stock kwik forgets in maxDatagramDataSize; a larger frame would never be sent. */
  private static final int AEAD_TAG = 16;

  /** A request for any frame; what does not fit then asks again for its size. */
  private static final int ANY_FRAME = 3;

  private final QuicConnectionImpl connection;
  private final Source source;
  private final AtomicBoolean requested = new AtomicBoolean();

  private LoomDatagrams(QuicConnectionImpl connection, Source source) {
    this.connection = connection;
    this.source = source;
  }

  /**
   * Attaches source and sink, once.
   *
   * @param sink gets each datagram on the transport's receive thread, which it must not block
   */
  public static LoomDatagrams attach(
      QuicConnection connection, Source source, Consumer<ByteBuffer> sink) {
    if (!(connection instanceof QuicConnectionImpl ours)) {
      throw new IllegalArgumentException("not a connection of this build: " + connection);
    }
    LoomDatagrams datagrams = new LoomDatagrams(ours, source);
    ours.setDatagramHandler(bytes -> sink.accept(ByteBuffer.wrap(bytes)), new InPlace());
    return datagrams;
  }

  /** Bytes of the largest datagram that can be sent now; 0 where the peer takes none. */
  public int maxBytes() {
    return connection.canSendDatagram()
        ? Math.max(0, connection.maxDatagramDataSize() - AEAD_TAG)
        : 0;
  }

  /** Says that the source has something again after it had nothing. */
  public void ready() {
    request(ANY_FRAME);
  }

  private void request(int frameBytes) {
    if (requested.compareAndSet(false, true)) {
      connection.send(this::frame, frameBytes, EncryptionLevel.App, lost -> {}, true);
    }
  }

  /** The next frame of at most so many bytes, or null; on the sender's thread. */
  private QuicFrame frame(int most) {
    requested.set(false); // first: whoever is ready from here on asks again
    int bytes = next();
    if (bytes < 0) {
      return null;
    }
    int frameBytes = bytes + DatagramFrame.getMaxMinimalFrameSize();
    if (frameBytes > most) {
      request(frameBytes);
      return null;
    }
    byte[] datagram = new byte[bytes];
    source.writeNext(ByteBuffer.wrap(datagram));
    int following = next();
    if (following >= 0) {
      request(following + DatagramFrame.getMaxMinimalFrameSize());
    }
    return new DatagramFrame(datagram);
  }

  private int next() {
    int bytes = source.nextBytes();
    while (bytes > maxBytes()) {
      source.discardNext();
      bytes = source.nextBytes();
    }
    return bytes;
  }

  /** Runs the handler where a datagram arrives, in place of a queue and a thread. */
  private static final class InPlace extends AbstractExecutorService {
    @Override
    public void execute(Runnable command) {
      command.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
