package tech.kwik.core.stream;

import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.MaxStreamDataFrame;
import tech.kwik.core.frame.QuicFrame;

/**
 * The window of one stream (RFC 9000 §4.1), which slides as the stream is read, and the
 * MAX_STREAM_DATA frames that tell the peer. Any thread may call.
 */
final class ReceiveWindow {

  private static final int MAX_STREAM_DATA_FRAME = 1 + 8 + 8;

  private final QuicStreamImpl stream;
  private final long size;

  // Guarded by this, a leaf lock.
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
  synchronized long limit() {
    return limit;
  }

  /** Everything below has been read. */
  void slide(long readOffset) {
    synchronized (this) {
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
  synchronized void close() {
    closed = true;
  }

  private void enqueue() {
    stream
        .connection()
        .send(this::frame, MAX_STREAM_DATA_FRAME, EncryptionLevel.App, this::lost, true);
  }

  private synchronized QuicFrame frame(int maxLength) {
    requested = false;
    if (closed) {
      return null;
    }
    advertisedLimit = limit;
    return new MaxStreamDataFrame(stream.getStreamId(), limit);
  }

  private void lost(QuicFrame frame) {
    synchronized (this) {
      boolean newest = ((MaxStreamDataFrame) frame).getMaxData() == advertisedLimit;
      if (!newest || requested || closed) {
        return;
      }
      requested = true;
    }
    enqueue();
  }
}
