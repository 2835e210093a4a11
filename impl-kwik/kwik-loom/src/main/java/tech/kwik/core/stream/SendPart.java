// checkstyle allow FileLength: all that happens under one lock, K1 being what hides in corners
package tech.kwik.core.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tech.kwik.core.StreamClosedException;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.ResetStreamFrame;
import tech.kwik.core.frame.StreamDataBlockedFrame;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.StreamStoppedException;
import tech.kwik.core.udp.Locks;

/**
 * The sending part of a stream (RFC 9000 §3.1). One thread writes; whoever has the turn to send
 * asks for frames; credit, losses, acknowledgements and STOP_SENDING arrive on the receiving
 * thread.
 *
 * <p>No wake-up is ever lost: whoever changes the state calls {@link #unlockAndRequest} in the same
 * hold of the lock, and the sender clears {@link #requested} under that lock before it looks at the
 * state. So a change is either seen by the request that is under way or queues the next one.
 */
final class SendPart {

  /** What one stream may hold that was not sent yet; a write waits when it is full. */
  static final int BUFFER_BYTES =
      Integer.getInteger("tech.kwik.core.loom.sendBufferBytes", 128 * 1024);

  /** No frame is built into less space than this: its fields and a few bytes of data. */
  private static final int MIN_FRAME = SentStreamFrame.MAX_OVERHEAD + 9;

  private final QuicStreamImpl stream;
  private final FlowControl flow;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  // All fields below are guarded by lock.
  private final OutgoingData data;
  private EncryptionLevel level = EncryptionLevel.App;
  private boolean requested;
  private boolean unacknowledged;
  private boolean done;
  private long resetCode = -1;
  private long stoppedCode = -1;
  private ConnectionEnd end;

  SendPart(QuicStreamImpl stream, FlowControl flow) {
    this.stream = stream;
    this.flow = flow;
    this.data = new OutgoingData(this, stream, flow);
  }

  // Called by the application.

  void write(boolean finish, ByteBuffer... parts) throws IOException {
    int accepted = 0;
    while (true) {
      boolean full;
      lock();
      try {
        checkWritable();
        accepted += data.append(parts, BUFFER_BYTES, finish);
        full = hasRemaining(parts);
        if (finish && !full) {
          data.finish();
        }
        noteUnacknowledged();
      } finally {
        unlockAndRequest();
      }
      if (!full) {
        return;
      }
      awaitRoom(accepted);
    }
  }

  /** Queues the end of the stream; does nothing if that is no longer possible. */
  void finish() {
    lock();
    try {
      if (!closed()) {
        data.finish();
        noteUnacknowledged();
      }
    } finally {
      unlockAndRequest();
    }
  }

  void checkOpen() throws IOException {
    lock();
    try {
      checkWritable();
    } finally {
      lock.unlock();
    }
  }

  void reset(long code) {
    ResetStreamFrame frame;
    boolean first;
    lock();
    try {
      // RFC 9000 §3.1: in "Data Recvd" and the reset states there is nothing left to abandon.
      boolean dataReceived = data.finSent() && !unacknowledged;
      if (resetCode >= 0 || dataReceived || end != null) {
        return;
      }
      resetCode = code;
      data.drop();
      noteAcknowledged();
      first = leave();
      frame = new ResetStreamFrame(stream.getStreamId(), code, data.sentOffset());
      room.signalAll();
    } finally {
      lock.unlock();
    }
    flow.forget(this);
    sendReset(frame);
    if (first) {
      stream.partDone();
    }
  }

  private void sendReset(QuicFrame frame) {
    stream.connection().send(frame, this::sendReset, true);
  }

  OptionalLong stoppedCode() {
    lock();
    try {
      return stoppedCode < 0 ? OptionalLong.empty() : OptionalLong.of(stoppedCode);
    } finally {
      lock.unlock();
    }
  }

  // Called by the receiving thread.

  /** The peer's STOP_SENDING is answered with RESET_STREAM of the same code (RFC 9000 §3.5). */
  void stopped(long code) {
    lock();
    try {
      if (stoppedCode < 0 && resetCode < 0 && end == null) {
        stoppedCode = code;
      }
    } finally {
      lock.unlock();
    }
    reset(code);
  }

  /** MAX_STREAM_DATA; never lowers the limit. */
  void raiseLimit(long newLimit) {
    lock();
    try {
      data.raiseLimit(newLimit);
    } finally {
      unlockAndRequest();
    }
  }

  /** The connection has credit again. */
  void creditArrived() {
    lock();
    try {
      data.creditArrived();
    } finally {
      unlockAndRequest();
    }
  }

  void acknowledged(SentStreamFrame frame) {
    lock();
    try {
      if (data.settle(frame)) {
        noteAcknowledged();
      }
    } finally {
      lock.unlock();
    }
  }

  private void lost(QuicFrame frame) {
    boolean repeat = false;
    lock();
    try {
      boolean sending = resetCode < 0 && end == null;
      if (frame instanceof SentStreamFrame sent) {
        if (data.settle(sent) && sending) {
          data.sendAgain(sent);
        }
      } else if (frame instanceof StreamDataBlockedFrame) {
        data.reportBlockedAgain();
      } else {
        repeat = sending && data.waitsForConnectionCredit();
      }
    } finally {
      unlockAndRequest();
    }
    if (repeat) {
      stream.connection().send(frame, this::lost, true);
    }
  }

  void ended(ConnectionEnd connectionEnd) {
    lock();
    try {
      end = connectionEnd;
      data.drop();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // Called for early data.

  /** What is sent from now on leaves with other keys. */
  void useLevel(EncryptionLevel newLevel) {
    lock();
    try {
      level = newLevel;
      // A request that still waits at the old level may never be served.
      requested = false;
    } finally {
      unlockAndRequest();
    }
  }

  /** The server refused early data: nothing that was sent counts, the stream starts anew. */
  void restart() {
    lock();
    try {
      data.restart();
      noteAcknowledged();
    } finally {
      lock.unlock();
    }
  }

  // Requests.

  /**
   * Called by who has the turn to send, once per request, with the space that is left in the
   * packet.
   */
  private QuicFrame nextFrame(int maxLength) {
    QuicFrame frame;
    boolean request;
    boolean left;
    lock();
    try {
      requested = false;
      if (resetCode >= 0 || end != null) {
        return null;
      }
      frame = data.nextFrame(maxLength);
      left = data.finSent() && leave();
      // Half a buffer is enough to keep the sender busy until the writer has come to.
      if (data.unsentBytes() <= BUFFER_BYTES / 2) {
        room.signal();
      }
      request = requestNeeded();
    } finally {
      lock.unlock();
    }
    if (request) {
      enqueue(false); // the sender goes on until its queue is empty
    }
    if (left) {
      stream.partDone();
    }
    return frame;
  }

  private void lock() {
    Locks.acquire(lock);
  }

  private void unlockAndRequest() {
    boolean request = requestNeeded();
    lock.unlock();
    if (request) {
      enqueue(true);
    }
  }

  /** Whether the caller must {@link #enqueue} a send request, after it has let go the lock. */
  private boolean requestNeeded() {
    if (requested || resetCode >= 0 || end != null || !data.sendable()) {
      return false;
    }
    requested = true;
    return true;
  }

  private void enqueue(boolean wakeSender) {
    stream.connection().send(this::nextFrame, MIN_FRAME, level, this::lost, false);
    if (wakeSender) {
      LoomHooks.flushSoon(stream.connection());
    }
  }

  // Parts of the above, called with the lock held.

  private void noteUnacknowledged() {
    if (!unacknowledged && data.outstanding()) {
      unacknowledged = true;
      stream.manager().streamUnacknowledged();
    }
  }

  private void noteAcknowledged() {
    if (unacknowledged && (resetCode >= 0 || !data.outstanding())) {
      unacknowledged = false;
      stream.manager().streamAcknowledged();
    }
  }

  private boolean leave() {
    boolean first = !done;
    done = true;
    return first;
  }

  private boolean closed() {
    return data.finished() || resetCode >= 0 || end != null;
  }

  private void checkWritable() throws IOException {
    if (!closed()) {
      return;
    }
    if (stoppedCode >= 0) {
      throw new StreamStoppedException(stream.getStreamId(), stoppedCode);
    }
    if (resetCode >= 0) {
      throw new StreamClosedException("output stream is reset");
    }
    if (data.finished()) {
      throw new StreamClosedException("output stream already closed");
    }
    throw new ConnectionEndedException(end);
  }

  private void awaitRoom(int accepted) throws IOException {
    lock();
    try {
      while (data.unsentBytes() >= BUFFER_BYTES && !closed()) {
        room.await();
      }
    } catch (InterruptedException e) {
      var interrupted = new InterruptedIOException("interrupted while waiting to write");
      interrupted.bytesTransferred = accepted;
      throw interrupted;
    } finally {
      lock.unlock();
    }
  }

  private static boolean hasRemaining(ByteBuffer[] parts) {
    for (ByteBuffer part : parts) {
      if (part.hasRemaining()) {
        return true;
      }
    }
    return false;
  }
}
