package tech.kwik.core.stream;

import java.util.function.IntConsumer;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.frame.MaxStreamsFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.udp.LeafLock;

/**
 * The ids of the streams of one kind that the peer opens, and the MAX_STREAMS credit that it has
 * (RFC 9000 §4.6). {@link #open} belongs to the receiving thread, the rest to any.
 */
final class PeerStreams {

  private static final int MAX_STREAMS_FRAME = 1 + 8;

  private final LeafLock lock = new LeafLock();
  private final QuicConnectionImpl connection;
  private final Role peer;
  private final boolean bidirectional;

  // Guarded by lock, a leaf lock.
  private long window;
  private long absoluteLimit;
  private long limit;
  private long advertisedLimit;
  private long opened;
  private boolean requested;

  PeerStreams(QuicConnectionImpl connection, Role peer, boolean bidirectional) {
    this.connection = connection;
    this.peer = peer;
    this.bidirectional = bidirectional;
  }

  /** Called before the first stream exists. */
  void start(int maxOpen, long maxTotal) {
    try (var _ = lock.hold()) {
      window = Math.max(0, maxOpen);
      absoluteLimit = Math.min(Math.max(0, maxTotal), StreamId.MAX_STREAMS);
      limit = Math.min(window, absoluteLimit);
      advertisedLimit = limit;
    }
  }

  /**
   * A frame names a stream: opens it and all below that are not open yet (RFC 9000 §3.2).
   *
   * @return whether anything was opened; false means that the stream was there before
   */
  boolean open(int id, IntConsumer create) throws TransportError {
    long first;
    boolean request;
    int index = StreamId.index(id);
    try (var _ = lock.hold()) {
      if (index >= limit) {
        throw new TransportError(
            TransportErrorCode.STREAM_LIMIT_ERROR, "stream " + id + " is beyond the limit");
      }
      if (index < opened) {
        return false;
      }
      first = opened;
      opened = index + 1L;
      request = requestNeeded();
    }
    if (request) {
      enqueue();
    }
    for (long next = first; next <= index; next++) {
      create.accept(StreamId.of(peer, bidirectional, next));
    }
    return true;
  }

  /** A stream has ended: another may take its place. */
  void closed() {
    boolean request;
    try (var _ = lock.hold()) {
      limit = Math.min(limit + 1, absoluteLimit);
      request = requestNeeded();
    }
    if (request) {
      enqueue();
    }
  }

  /** Few frames while the peer has plenty of credit, each slot at once when it is short. */
  private boolean requestNeeded() {
    long pending = limit - advertisedLimit;
    boolean plenty = advertisedLimit - opened > window / 2;
    if (requested || pending == 0 || plenty && pending <= window / 8) {
      return false;
    }
    requested = true;
    return true;
  }

  private void enqueue() {
    LoomHooks.sendSoon(connection, this::frame, MAX_STREAMS_FRAME, this::lost);
  }

  private QuicFrame frame(int maxLength) {
    try (var _ = lock.hold()) {
      requested = false;
      advertisedLimit = limit;
      return new MaxStreamsFrame(limit, bidirectional);
    }
  }

  private void lost(QuicFrame frame) {
    try (var _ = lock.hold()) {
      if (requested || ((MaxStreamsFrame) frame).getMaxStreams() != advertisedLimit) {
        return;
      }
      requested = true;
    }
    enqueue();
  }
}
