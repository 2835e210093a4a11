package tech.kwik.core.stream;

import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.frame.MaxDataFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.udp.LeafLock;

/**
 * The window of the whole connection (RFC 9000 §4.1): what all streams have received counts, and
 * comes back as it is read or discarded. Any thread may call.
 */
final class ReceiveCredit {

  private static final int MAX_DATA_FRAME = 1 + 8;

  private final LeafLock lock = new LeafLock();
  private final QuicConnectionImpl connection;

  // Guarded by lock, a leaf lock.
  private long window;
  private long received;
  private long limit;
  private long advertisedLimit;
  private boolean requested;

  ReceiveCredit(QuicConnectionImpl connection) {
    this.connection = connection;
  }

  /** Called before the first stream exists. */
  void start(long windowBytes) {
    try (var _ = lock.hold()) {
      window = windowBytes;
      limit = windowBytes;
      advertisedLimit = windowBytes;
    }
  }

  void take(long bytes) throws TransportError {
    try (var _ = lock.hold()) {
      if (bytes > limit - received) {
        throw new TransportError(
            TransportErrorCode.FLOW_CONTROL_ERROR, "limit of the connection exceeded");
      }
      received += bytes;
    }
  }

  /** The reader, or nobody, has had these bytes: the peer may send as many again. */
  void returned(long bytes) {
    try (var _ = lock.hold()) {
      limit += bytes;
      if (bytes == 0 || requested || limit - advertisedLimit < window / 8) {
        return;
      }
      requested = true;
    }
    enqueue();
  }

  private void enqueue() {
    LoomHooks.sendSoon(connection, this::frame, MAX_DATA_FRAME, this::lost);
  }

  private QuicFrame frame(int maxLength) {
    try (var _ = lock.hold()) {
      requested = false;
      advertisedLimit = limit;
      return new MaxDataFrame(limit);
    }
  }

  private void lost(QuicFrame frame) {
    try (var _ = lock.hold()) {
      // Not sending it again, as stock kwik does, can stop the peer for good.
      if (requested || ((MaxDataFrame) frame).getMaxData() != advertisedLimit) {
        return;
      }
      requested = true;
    }
    enqueue();
  }
}
