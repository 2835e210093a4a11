package tech.kwik.core.stream;

import java.util.ArrayDeque;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import tech.kwik.core.QuicStream;
import tech.kwik.core.loom.LoomStream;
import tech.kwik.core.udp.LeafLock;

/**
 * Hands the peer's new streams to the application, in order and without loss: those that come
 * before a callback wait, no more than MAX_STREAMS allows. Any thread may call.
 */
final class PeerStreamDelivery {

  private final LeafLock lock = new LeafLock();
  private final ExecutorService executor;

  // Guarded by lock; callbacks run without it.
  private final ArrayDeque<QuicStreamImpl> arrived = new ArrayDeque<>();
  private Consumer<QuicStream> onExecutor;
  private Consumer<LoomStream> inPlace;
  private boolean delivering;

  PeerStreamDelivery(ExecutorService executor) {
    this.executor = executor;
  }

  void add(QuicStreamImpl stream) {
    try (var _ = lock.hold()) {
      arrived.add(stream);
    }
    deliver();
  }

  /** kwik's callback: one stream after the other on kwik's executor. */
  void onExecutor(Consumer<QuicStream> callback) {
    try (var _ = lock.hold()) {
      onExecutor = callback;
    }
    deliver();
  }

  /** Takes precedence over {@link #onExecutor}. */
  void inPlace(Consumer<LoomStream> callback) {
    try (var _ = lock.hold()) {
      inPlace = callback;
    }
    deliver();
  }

  /** One thread delivers at a time; what others add meanwhile, it takes along. */
  private void deliver() {
    while (true) {
      QuicStreamImpl stream;
      Consumer<QuicStream> queued;
      Consumer<LoomStream> direct;
      try (var _ = lock.hold()) {
        if (delivering || arrived.isEmpty() || onExecutor == null && inPlace == null) {
          return;
        }
        delivering = true;
        stream = arrived.removeFirst();
        queued = onExecutor;
        direct = inPlace;
      }
      try {
        if (direct != null) {
          direct.accept(stream);
        } else {
          executor.submit(() -> queued.accept(stream));
        }
      } finally {
        try (var _ = lock.hold()) {
          delivering = false;
        }
      }
    }
  }
}
