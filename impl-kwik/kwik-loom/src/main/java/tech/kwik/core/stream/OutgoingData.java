package tech.kwik.core.stream;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import tech.kwik.core.frame.DataBlockedFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.StreamDataBlockedFrame;

/**
 * What a sending part has to send, may send and has sent. Not thread-safe: the sending part's lock
 * guards it.
 */
final class OutgoingData {

  private final SendPart part;
  private final QuicStreamImpl stream;
  private final FlowControl flow;
  private final SendQueue unsent = new SendQueue();
  private final ArrayDeque<SentStreamFrame> lost = new ArrayDeque<>(0);
  private long limit;
  private long blockedReportedAt = -1;
  private boolean waitsForConnectionCredit;
  private long sentOffset;

  /** Up to here the connection's credit was taken; not lowered when early data is sent again. */
  private long creditedOffset;

  private int inFlight;
  private int attempt;
  private boolean fin;
  private boolean finSent;

  OutgoingData(SendPart part, QuicStreamImpl stream, FlowControl flow) {
    this.part = part;
    this.stream = stream;
    this.flow = flow;
    this.limit = flow.initialLimit(stream.getStreamId());
  }

  int append(ByteBuffer[] parts, int capacity, boolean last) {
    return unsent.append(parts, capacity - unsent.size(), last);
  }

  int unsentBytes() {
    return unsent.size();
  }

  /** The end follows the bytes that were appended. */
  void finish() {
    fin = true;
  }

  boolean finished() {
    return fin;
  }

  /** Whether the end has left, with everything before it. */
  boolean finSent() {
    return finSent;
  }

  /** The final size, if nothing more is sent. */
  long sentOffset() {
    return sentOffset;
  }

  /** Whether anything was written that the peer has not acknowledged. */
  boolean outstanding() {
    return inFlight > 0 || !lost.isEmpty() || unsent.size() > 0 || fin && !finSent;
  }

  void drop() {
    unsent.clear();
    lost.clear();
  }

  /** Refused early data: frames of the last attempt count no more. */
  void restart() {
    drop();
    attempt++;
    inFlight = 0;
    sentOffset = 0;
    fin = false;
    finSent = false;
  }

  void raiseLimit(long newLimit) {
    limit = Math.max(limit, newLimit);
  }

  void creditArrived() {
    waitsForConnectionCredit = false;
  }

  boolean waitsForConnectionCredit() {
    return waitsForConnectionCredit;
  }

  /** Whether this is the first time; a frame can be in a probe too, or be acknowledged late. */
  boolean settle(SentStreamFrame frame) {
    if (frame.settled || frame.attempt != attempt) {
      return false;
    }
    frame.settled = true;
    inFlight--;
    return true;
  }

  void sendAgain(SentStreamFrame frame) {
    lost.add(frame);
  }

  void reportBlockedAgain() {
    blockedReportedAt = -1;
  }

  /** Whether {@link #nextFrame} has something to return. */
  boolean sendable() {
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

  /** The next frame of at most {@code maxLength} bytes, or null. */
  QuicFrame nextFrame(int maxLength) {
    QuicFrame frame = lost.isEmpty() ? newData(maxLength) : lostData(maxLength);
    if (frame instanceof SentStreamFrame) {
      inFlight++;
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
    long granted = flow.take(part, uncredited);
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
    long offset = sentOffset;
    sentOffset += length;
    finSent |= last;
    return new SentStreamFrame(part, attempt, stream.getStreamId(), offset, data, last);
  }

  private QuicFrame streamBlocked() {
    if (blockedReportedAt == limit) {
      return null;
    }
    blockedReportedAt = limit;
    return new StreamDataBlockedFrame(stream.version(), stream.getStreamId(), limit);
  }
}
