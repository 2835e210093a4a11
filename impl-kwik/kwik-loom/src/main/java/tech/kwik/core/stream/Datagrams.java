package tech.kwik.core.stream;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.DatagramFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.loom.DatagramSource;

/**
 * The datagrams of a connection (RFC 9221). Any thread says that there are some; they leave one by
 * one as the sender has room, at most one of them asked for at a time.
 *
 * <p>A request that is on its way has {@link #requested} set. Whoever clears it looks once more, so
 * that what was announced meanwhile is not forgotten.
 */
final class Datagrams {

  /** A DATAGRAM frame with length: type, and a length of up to 16383. */
  private static final int FRAME_HEADER = 3;

  private final QuicConnectionImpl connection;
  private final AtomicBoolean requested = new AtomicBoolean();
  private volatile boolean announced;
  private final ReentrantLock pulling = new ReentrantLock(); // guards the source
  private volatile DatagramSource source;
  private volatile boolean over;

  Datagrams(QuicConnectionImpl connection) {
    this.connection = connection;
  }

  void start(DatagramSource from, Consumer<ByteBuffer> sink) {
    connection.setDatagramHandler(payload -> sink.accept(ByteBuffer.wrap(payload)), new InPlace());
    source = from;
    ready();
  }

  /** The connection has ended: nothing leaves any more. */
  void end() {
    over = true;
  }

  /** Bytes of the largest payload that can be sent now, 0 if the peer takes none. */
  int maxBytes() {
    return Math.max(0, LoomHooks.maxDatagramFrame(connection) - FRAME_HEADER);
  }

  /** There is something to send, or may be. */
  void ready() {
    announced = true;
    request(true);
  }

  private void request(boolean wakeSender) {
    while (announced && !over && source != null && requested.compareAndSet(false, true)) {
      announced = false;
      int bytes = nextBytes();
      if (bytes >= 0) {
        connection.send(this::frame, bytes + FRAME_HEADER, EncryptionLevel.App, lost -> {}, false);
        if (wakeSender) {
          LoomHooks.flushSoon(connection);
        }
        return;
      }
      requested.set(false);
    }
  }

  /** The size of the next datagram that a packet can hold, or -1. */
  private int nextBytes() {
    pulling.lock();
    try {
      int most = maxBytes();
      int bytes = source.nextBytes();
      while (bytes > most) {
        source.discardNext();
        bytes = source.nextBytes();
      }
      return bytes;
    } finally {
      pulling.unlock();
    }
  }

  /** Called by the sender, once per request, with the space that is left in the packet. */
  private QuicFrame frame(int maxLength) {
    byte[] payload = null;
    pulling.lock();
    try {
      int bytes = nextBytes();
      // Not the one that the request was made for, if that was dropped meanwhile.
      if (bytes >= 0 && bytes + FRAME_HEADER <= maxLength && !over) {
        payload = new byte[bytes];
        source.writeNext(ByteBuffer.wrap(payload));
      }
    } finally {
      pulling.unlock();
    }
    requested.set(false);
    announced = true;
    request(false); // the sender goes on until its queue is empty
    return payload == null ? null : new DatagramFrame(payload);
  }

  /** Runs the datagram handler on the thread that receives packets. */
  private static final class InPlace extends AbstractExecutorService {
    private static final Future<?> DONE = CompletableFuture.completedFuture(null);

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Future<?> submit(Runnable task) {
      task.run();
      return DONE;
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
    public boolean awaitTermination(long time, TimeUnit unit) {
      return false;
    }
  }
}
