package tech.kwik.core.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tech.kwik.core.StreamClosedException;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.DataBlockedFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.ResetStreamFrame;
import tech.kwik.core.frame.StreamDataBlockedFrame;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.StreamStoppedException;

/**
 * The sending part of a stream (RFC 9000 §3.1). One thread writes; the sender thread asks for
 * frames; credit, losses, acknowledgements and STOP_SENDING arrive on the receiving thread.
 *
 * <p>No wake-up is ever lost: whoever changes the state calls {@link #requestNeeded} under the same
 * lock, and the sender clears {@link #requested} under that lock before it looks at the state. So a
 * change is either seen by the request that is under way or queues the next one.
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
  private final SendQueue unsent = new SendQueue();
  private final ArrayDeque<SentStreamFrame> lost = new ArrayDeque<>(0);
  private EncryptionLevel level = EncryptionLevel.App;
  private boolean requested;
  private long limit;
  private long blockedReportedAt = -1;
  private boolean waitsForConnectionCredit;
  private long sentOffset;
  private long creditedOffset;
  private int inFlight;
  private int attempt;
  private boolean fin;
  private boolean finSent;
  private boolean unacknowledged;
  private boolean done;
  private long resetCode = -1;
  private long stoppedCode = -1;
  private ConnectionEnd end;

  SendPart(QuicStreamImpl stream, FlowControl flow) {
    this.stream = stream;
    this.flow = flow;
    this.limit = flow.initialLimit(stream.getStreamId());
  }

  void write(boolean finish, ByteBuffer... parts) throws IOException {
    boolean request;
    lock.lock();
    try {
      checkWritable();
      int accepted = 0;
      while (true) {
        accepted += unsent.append(parts, BUFFER_BYTES - unsent.size(), finish);
        if (!hasRemaining(parts)) {
          break;
        }
        noteUnacknowledged();
        if (requestNeeded()) {
          enqueue();
        }
        awaitRoom(accepted);
      }
      fin |= finish;
      noteUnacknowledged();
      request = requestNeeded();
    } finally {
      lock.unlock();
    }
    if (request) {
      enqueue();
    }
  }

  /** Queues the end of the stream; does nothing if that is no longer possible. */
  void finish() {
    boolean request;
    lock.lock();
    try {
      if (fin || resetCode >= 0 || end != null) {
        return;
      }
      fin = true;
      noteUnacknowledged();
      request = requestNeeded();
    } finally {
      lock.unlock();
    }
    if (request) {
      enqueue();
    }
  }

  void checkOpen() throws IOException {
    lock.lock();
    try {
      checkWritable();
    } finally {
      lock.unlock();
    }
  }

  void reset(long code) {
    ResetStreamFrame frame;
    boolean first;
    lock.lock();
    try {
      // RFC 9000 §3.1: in "Data Recvd" and the reset states there is nothing left to abandon.
      boolean dataReceived = finSent && !unacknowledged;
      if (resetCode >= 0 || dataReceived || end != null) {
        return;
      }
      resetCode = code;
      unsent.clear();
      lost.clear();
      noteAcknowledged();
      first = leave();
      frame = new ResetStreamFrame(stream.getStreamId(), code, sentOffset);
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

  /** The peer's STOP_SENDING is answered with RESET_STREAM of the same code (RFC 9000 §3.5). */
  void stopped(long code) {
    lock.lock();
    try {
      if (stoppedCode < 0 && resetCode < 0 && end == null) {
        stoppedCode = code;
      }
    } finally {
      lock.unlock();
    }
    reset(code);
  }

  OptionalLong stoppedCode() {
    lock.lock();
    try {
      return stoppedCode < 0 ? OptionalLong.empty() : OptionalLong.of(stoppedCode);
    } finally {
      lock.unlock();
    }
  }

  /** MAX_STREAM_DATA; never lowers the limit. */
  void raiseLimit(long newLimit) {
    boolean request;
    lock.lock();
    try {
      limit = Math.max(limit, newLimit);
      request = requestNeeded();
    } finally {
      lock.unlock();
    }
    if (request) {
      enqueue();
    }
  }

  /** The connection has credit again. */
  void creditArrived() {
    boolean request;
    lock.lock();
    try {
      waitsForConnectionCredit = false;
      request = requestNeeded();
    } finally {
      lock.unlock();
    }
    if (request) {
      enqueue();
    }
  }

  void ended(ConnectionEnd connectionEnd) {
    lock.lock();
    try {
      end = connectionEnd;
      unsent.clear();
      lost.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Early data: what is written now leaves with 0-RTT keys. */
  void useLevel(EncryptionLevel newLevel) {
    boolean request;
    lock.lock();
    try {
      level = newLevel;
      // A request that still waits at the old level may never be served.
      requested = false;
      request = requestNeeded();
    } finally {
      lock.unlock();
    }
    if (request) {
      enqueue();
    }
  }

  /** The server refused early data: nothing that was sent counts, the stream starts anew. */
  void restart() {
    lock.lock();
    try {
      attempt++;
      unsent.clear();
      lost.clear();
      inFlight = 0;
      sentOffset = 0;
      fin = false;
      finSent = false;
      noteAcknowledged();
    } finally {
      lock.unlock();
    }
  }

  void acknowledged(SentStreamFrame frame) {
    lock.lock();
    try {
      if (settle(frame)) {
        noteAcknowledged();
      }
    } finally {
      lock.unlock();
    }
  }

  private void lost(QuicFrame frame) {
    boolean request;
    boolean repeat = false;
    lock.lock();
    try {
      if (frame instanceof SentStreamFrame data) {
        if (settle(data) && resetCode < 0 && end == null) {
          lost.add(data);
        }
      } else if (frame instanceof StreamDataBlockedFrame) {
        blockedReportedAt = -1;
      } else {
        repeat = waitsForConnectionCredit && resetCode < 0 && end == null;
      }
      request = requestNeeded();
    } finally {
      lock.unlock();
    }
    if (request) {
      enqueue();
    }
    if (repeat) {
      stream.connection().send(frame, this::lost, true);
    }
  }

  /** Whether this is the first time; a frame can be in a probe too, or be acknowledged late. */
  private boolean settle(SentStreamFrame frame) {
    if (frame.settled || frame.attempt != attempt) {
      return false;
    }
    frame.settled = true;
    inFlight--;
    return true;
  }

  private void noteUnacknowledged() {
    if (!unacknowledged && (unsent.size() > 0 || fin)) {
      unacknowledged = true;
      stream.manager().streamUnacknowledged();
    }
  }

  private void noteAcknowledged() {
    boolean outstanding =
        inFlight > 0 || !lost.isEmpty() || unsent.size() > 0 || fin && !finSent;
    if (unacknowledged && (resetCode >= 0 || !outstanding)) {
      unacknowledged = false;
      stream.manager().streamAcknowledged();
    }
  }

  private boolean leave() {
    boolean first = !done;
    done = true;
    return first;
  }

  private void checkWritable() throws IOException {
    if (stoppedCode >= 0) {
      throw new StreamStoppedException(stream.getStreamId(), stoppedCode);
    }
    if (resetCode >= 0) {
      throw new StreamClosedException("output stream is reset");
    }
    if (fin) {
      throw new StreamClosedException("output stream already closed");
    }
    if (end != null) {
      throw new ConnectionEndedException(end);
    }
  }

  private void awaitRoom(int accepted) throws IOException {
    while (unsent.size() >= BUFFER_BYTES) {
      try {
        room.await();
      } catch (InterruptedException e) {
        var interrupted = new InterruptedIOException("interrupted while waiting to write");
        interrupted.bytesTransferred = accepted;
        throw interrupted;
      }
      checkWritable();
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

  /** Whether the caller must {@link #enqueue} a send request, best after it has let go the lock. */
  private boolean requestNeeded() {
    if (requested || resetCode >= 0 || end != null || !sendable()) {
      return false;
    }
    requested = true;
    return true;
  }

  private boolean sendable() {
    if (!lost.isEmpty()) {
      return true;
    }
    if (unsent.size() == 0) {
      return fin && !finSent;
    }
    if (sentOffset >= limit) {
      return blockedReportedAt != limit;
    }
    return !waitsForConnectionCredit || sentOffset < creditedOffset;
  }

  private void enqueue() {
    enqueue(true);
  }

  private void enqueue(boolean wakeSender) {
    stream.connection().send(this::nextFrame, MIN_FRAME, level, this::lost, wakeSender);
  }

  /** Called by the sender thread, once per request, with the space that is left in the packet. */
  private QuicFrame nextFrame(int maxLength) {
    QuicFrame frame;
    boolean request;
    boolean left = false;
    lock.lock();
    try {
      requested = false;
      if (resetCode >= 0 || end != null) {
        return null;
      }
      frame = lost.isEmpty() ? newData(maxLength) : lostData(maxLength);
      if (frame instanceof SentStreamFrame) {
        inFlight++;
        left = finSent && leave();
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

  private SentStreamFrame lostData(int maxLength) {
    SentStreamFrame frame = lost.pollFirst();
    if (frame.getFrameLength() <= maxLength) {
      return frame.tail(0);
    }
    int fits = maxLength - SentStreamFrame.MAX_OVERHEAD;
    lost.addFirst(frame.tail(fits));
    return frame.head(fits);
  }

  private QuicFrame newData(int maxLength) {
    int overhead = SentStreamFrame.overhead(stream.getStreamId(), sentOffset, maxLength);
    long wanted = Math.min(maxLength - overhead, unsent.size());
    long length = Math.min(wanted, limit - sentOffset);
    if (length < wanted && length <= 0) {
      return streamBlocked();
    }
    long uncredited = Math.max(0, sentOffset + length - creditedOffset);
    long granted = flow.take(this, uncredited);
    creditedOffset += granted;
    if (granted < uncredited) {
      waitsForConnectionCredit = true;
      length -= uncredited - granted;
      if (length == 0) {
        long blockedAt = flow.blockedAt();
        return blockedAt < 0 ? null : new DataBlockedFrame(blockedAt);
      }
    }
    boolean last = fin && length == unsent.size();
    if (length == 0 && !last) {
      return null;
    }
    SendQueue.Slice data = unsent.take((int) length);
    // Half a buffer is enough to keep the sender busy until the writer has come to.
    if (unsent.size() <= BUFFER_BYTES / 2) {
      room.signal();
    }
    long offset = sentOffset;
    sentOffset += length;
    finSent |= last;
    return new SentStreamFrame(this, attempt, stream.getStreamId(), offset, data, last);
  }

  private QuicFrame streamBlocked() {
    if (blockedReportedAt == limit) {
      return null;
    }
    blockedReportedAt = limit;
    return new StreamDataBlockedFrame(stream.version(), stream.getStreamId(), limit);
  }
}
