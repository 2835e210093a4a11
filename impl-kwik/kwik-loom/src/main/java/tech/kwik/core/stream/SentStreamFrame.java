package tech.kwik.core.stream;

import java.nio.ByteBuffer;
import tech.kwik.core.frame.SlicedStreamFrame;
import tech.kwik.core.generic.VariableLengthInteger;
import tech.kwik.core.recovery.AcknowledgedFrame;

/** A STREAM frame over a slice of the send queue that tells its sending part when it arrived. */
final class SentStreamFrame extends SlicedStreamFrame implements AcknowledgedFrame {

  /** Type, id, offset and length at their longest (RFC 9000 §19.8). */
  static final int MAX_OVERHEAD = 1 + 8 + 8 + 4;

  private static final int TYPE = 0x08;
  private static final int FIN = 0x01;
  private static final int LEN = 0x02;
  private static final int OFF = 0x04;

  final SendPart owner;

  /** The attempt this belongs to; refused early data starts the next one. */
  final int attempt;

  /** Acknowledged or lost; guarded by the owner's lock. */
  boolean settled;

  private final int frameLength;

  SentStreamFrame(
      SendPart owner, int attempt, int streamId, long offset, SendQueue.Slice data, boolean fin) {
    super(streamId, offset, data.array(), data.start(), data.length(), fin);
    this.owner = owner;
    this.attempt = attempt;
    this.frameLength = overhead(streamId, offset, data.length()) + data.length();
  }

  static int overhead(int streamId, long offset, int length) {
    return 1
        + VariableLengthInteger.bytesNeeded(streamId)
        + VariableLengthInteger.bytesNeeded(offset)
        + VariableLengthInteger.bytesNeeded(length);
  }

  /** The first {@code length} bytes as a frame of their own, without the end of the stream. */
  SentStreamFrame head(int length) {
    SendQueue.Slice slice = new SendQueue.Slice(array(), start(), length);
    return new SentStreamFrame(owner, attempt, getStreamId(), getOffset(), slice, false);
  }

  /** What follows {@link #head}; with {@code skipped} 0 a fresh copy, to be sent again. */
  SentStreamFrame tail(int skipped) {
    SendQueue.Slice slice = new SendQueue.Slice(array(), start() + skipped, getLength() - skipped);
    return new SentStreamFrame(
        owner, attempt, getStreamId(), getOffset() + skipped, slice, isFinal());
  }

  @Override
  public void acknowledged() {
    owner.acknowledged(this);
  }

  @Override
  public void serialize(ByteBuffer buffer) {
    buffer.put((byte) (TYPE | OFF | LEN | (isFinal() ? FIN : 0)));
    VariableLengthInteger.encode(getStreamId(), buffer);
    VariableLengthInteger.encode(getOffset(), buffer);
    VariableLengthInteger.encode(getLength(), buffer);
    buffer.put(array(), start(), getLength());
  }

  @Override
  public int getFrameLength() {
    return frameLength;
  }
}
