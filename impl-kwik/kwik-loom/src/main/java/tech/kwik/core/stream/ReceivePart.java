package tech.kwik.core.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.StreamClosedException;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.ResetStreamFrame;
import tech.kwik.core.frame.StopSendingFrame;
import tech.kwik.core.frame.StreamFrame;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.StreamResetException;
import tech.kwik.core.udp.Locks;

/**
 * The receiving part of a stream (RFC 9000 §3.2). One thread reads; frames arrive on the receiving
 * thread of the connection.
 *
 * <p>It lives in the stream table until its final size is known and its bytes were read or
 * discarded: only then is all that it took of the connection's credit accounted for.
 */
final class ReceivePart {

  private static final long MAX_OFFSET = (1L << 62) - 1;

  private final QuicStreamImpl stream;
  private final ReceiveCredit credit;
  private final ReceiveWindow window;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readable = lock.newCondition();

  // All fields below are guarded by lock.
  private ReceivedBytes bytes = new ReceivedBytes();
  private long readOffset;
  private long highestOffset;
  private long finalSize = -1;
  private boolean stopped;
  private boolean done;
  private long resetCode = -1;
  private ConnectionEnd end;

  ReceivePart(QuicStreamImpl stream, ReceiveCredit credit, long window) {
    this.stream = stream;
    this.credit = credit;
    this.window = new ReceiveWindow(stream, window);
  }

  int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    int count;
    long readUpTo;
    boolean left;
    Locks.acquire(lock);
    try {
      count = awaitBytes(buffer, offset, length);
      if (count < 0) {
        return -1;
      }
      readOffset += count;
      readUpTo = readOffset;
      left = readOffset == finalSize && leave();
    } finally {
      lock.unlock();
    }
    credit.returned(count);
    window.slide(readUpTo);
    if (left) {
      stream.partDone();
    }
    return count;
  }

  private int awaitBytes(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      if (stopped) {
        throw new StreamClosedException("reading was aborted");
      }
      if (resetCode >= 0) {
        throw new StreamResetException(stream.getStreamId(), resetCode);
      }
      if (readOffset == finalSize) {
        return -1;
      }
      int count = bytes.read(buffer, offset, length);
      if (count > 0) {
        return count;
      }
      if (end != null) {
        throw new ConnectionEndedException(end);
      }
      try {
        readable.await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted while waiting to read");
      }
    }
  }

  int available() {
    Locks.acquire(lock);
    try {
      return stopped || resetCode >= 0 ? 0 : bytes.available();
    } finally {
      lock.unlock();
    }
  }

  boolean awaitReadable(long nanos) throws InterruptedIOException {
    Locks.acquire(lock);
    try {
      long left = nanos;
      while (!readsAtOnce()) {
        if (left <= 0) {
          return false;
        }
        left = readable.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while waiting to read");
    } finally {
      lock.unlock();
    }
  }

  private boolean readsAtOnce() {
    return bytes.available() > 0
        || readOffset == finalSize
        || resetCode >= 0
        || stopped
        || end != null;
  }

  OptionalLong resetCode() {
    Locks.acquire(lock);
    try {
      return resetCode < 0 ? OptionalLong.empty() : OptionalLong.of(resetCode);
    } finally {
      lock.unlock();
    }
  }

  void receive(StreamFrame frame) throws TransportError {
    long discarded = 0;
    boolean left = false;
    Locks.acquire(lock);
    try {
      accept(frame.getOffset(), frame.getLength(), frame.isFinal());
      if (stopped) {
        discarded = discard();
        left = finalSize >= 0 && leave();
      } else if (resetCode < 0) {
        bytes.add(frame);
        left = readOffset == finalSize && leave();
        if (bytes.available() > 0 || readOffset == finalSize) {
          readable.signal();
        }
      }
    } finally {
      lock.unlock();
    }
    credit.returned(discarded);
    if (left) {
      stream.partDone();
    }
  }

  void reset(ResetStreamFrame frame) throws TransportError {
    long discarded = 0;
    boolean left = false;
    Locks.acquire(lock);
    try {
      // RFC 9000 §3.2: once all data was received, the reset can be ignored, and the data read.
      boolean complete = complete();
      accept(frame.getFinalSize(), 0, true);
      if (resetCode < 0 && (stopped || !complete)) {
        resetCode = frame.getErrorCode();
        discarded = discard();
        left = leave();
        readable.signalAll();
      }
    } finally {
      lock.unlock();
    }
    credit.returned(discarded);
    if (left) {
      stream.partDone();
    }
  }

  /** Checks offsets and sizes, and takes what is new from the limits of stream and connection. */
  private void accept(long offset, int length, boolean last) throws TransportError {
    // RFC 9000 §4.5: the final size never changes, and nothing lies beyond it.
    long upTo = offset + length;
    if (finalSize >= 0 && (upTo > finalSize || last && upTo != finalSize)
        || last && upTo < highestOffset) {
      throw new TransportError(
          TransportErrorCode.FINAL_SIZE_ERROR, "final size of stream " + id() + " changed");
    }
    // RFC 9000 §4.1, §19.8: neither the limit of the stream nor 2^62-1 may be exceeded.
    if (upTo > window.limit() || upTo > MAX_OFFSET) {
      throw new TransportError(
          TransportErrorCode.FLOW_CONTROL_ERROR, "limit of stream " + id() + " exceeded");
    }
    if (upTo > highestOffset) {
      credit.take(upTo - highestOffset);
      highestOffset = upTo;
    }
    if (last) {
      finalSize = upTo;
      window.close();
    }
  }

  void stop(long code) {
    long discarded;
    boolean left;
    boolean tellPeer;
    Locks.acquire(lock);
    try {
      if (stopped) {
        return;
      }
      // RFC 9000 §3.5: STOP_SENDING is for a stream that is neither complete nor reset.
      tellPeer = !complete() && resetCode < 0 && end == null;
      stopped = true;
      window.close();
      discarded = discard();
      left = finalSize >= 0 && leave();
      readable.signalAll();
    } finally {
      lock.unlock();
    }
    credit.returned(discarded);
    if (tellPeer) {
      sendStop(new StopSendingFrame(stream.version(), id(), code));
    }
    if (left) {
      stream.partDone();
    }
  }

  private void sendStop(QuicFrame frame) {
    stream.connection().send(frame, this::stopLost, true);
  }

  private void stopLost(QuicFrame frame) {
    Locks.acquire(lock);
    try {
      if (done || end != null) {
        return;
      }
    } finally {
      lock.unlock();
    }
    sendStop(frame);
  }

  void ended(ConnectionEnd connectionEnd) {
    Locks.acquire(lock);
    try {
      end = connectionEnd;
      readable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets all bytes; returns how many were received and not read, for the credit. */
  private long discard() {
    long unread = highestOffset - readOffset;
    readOffset = highestOffset;
    bytes = new ReceivedBytes();
    return unread;
  }

  private boolean complete() {
    return finalSize >= 0 && bytes.contiguousOffset() == finalSize;
  }

  private boolean leave() {
    boolean first = !done;
    done = true;
    return first;
  }

  private int id() {
    return stream.getStreamId();
  }
}
