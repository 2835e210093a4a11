package tech.kwik.core.stream;

import tech.kwik.core.frame.MaxStreamDataFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.udp.LeafLock;

/**
 * The window of one stream (RFC 9000 §4.1), which slides as the stream is read, and the
 * MAX_STREAM_DATA frames that tell the peer. Any thread may call.
 */
final class ReceiveWindow {

  private static final int MAX_STREAM_DATA_FRAME = 1 + 8 + 8;

  private final LeafLock lock = new LeafLock();
  private final QuicStreamImpl stream;
  private final long size;

  // Guarded by lock, a leaf lock.
  private long limit;
  private long advertisedLimit;
  private boolean requested;
  private boolean closed;

  ReceiveWindow(QuicStreamImpl stream, long size) {
    this.stream = stream;
    this.size = size;
    this.limit = size;
    this.advertisedLimit = size;
  }

  /** The offset that the peer may send up to. */
  long limit() {
    try (var _ = lock.hold()) {
      return limit;
    }
  }

  /** Everything below has been read. */
  void slide(long readOffset) {
    try (var _ = lock.hold()) {
      if (closed) {
        return;
      }
      limit = readOffset + size;
      if (requested || limit - advertisedLimit < size / 8) {
        return;
      }
      requested = true;
    }
    enqueue();
  }

  /** The final size is known, or nobody wants more: the peer needs no more credit. */
  void close() {
    try (var _ = lock.hold()) {
      closed = true;
    }
  }

  private void enqueue() {
    LoomHooks.sendSoon(stream.connection(), this::frame, MAX_STREAM_DATA_FRAME, this::lost);
  }

  private QuicFrame frame(int maxLength) {
    try (var _ = lock.hold()) {
      requested = false;
      if (closed) {
        return null;
      }
      advertisedLimit = limit;
      return new MaxStreamDataFrame(stream.getStreamId(), limit);
    }
  }

  private void lost(QuicFrame frame) {
    try (var _ = lock.hold()) {
      boolean newest = ((MaxStreamDataFrame) frame).getMaxData() == advertisedLimit;
      if (!newest || requested || closed) {
        return;
      }
      requested = true;
    }
    enqueue();
  }
}
