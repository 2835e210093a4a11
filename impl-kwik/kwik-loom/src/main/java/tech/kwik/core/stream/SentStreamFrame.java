package tech.kwik.core.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import tech.kwik.core.frame.StreamFrame;
import tech.kwik.core.generic.VariableLengthInteger;
import tech.kwik.core.recovery.AcknowledgedFrame;

/** A STREAM frame over a slice of the send queue that tells its sending part when it arrived. */
final class SentStreamFrame extends StreamFrame implements AcknowledgedFrame {

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

  private final int streamId;
  private final long offset;
  private final SendQueue.Slice data;
  private final boolean fin;
  private final int frameLength;

  SentStreamFrame(
      SendPart owner, int attempt, int streamId, long offset, SendQueue.Slice data, boolean fin) {
    this.owner = owner;
    this.attempt = attempt;
    this.streamId = streamId;
    this.offset = offset;
    this.data = data;
    this.fin = fin;
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
    SendQueue.Slice slice = new SendQueue.Slice(data.array(), data.start(), length);
    return new SentStreamFrame(owner, attempt, streamId, offset, slice, false);
  }

  /** What follows {@link #head}; with {@code skipped} 0 a fresh copy, to be sent again. */
  SentStreamFrame tail(int skipped) {
    SendQueue.Slice slice =
        new SendQueue.Slice(data.array(), data.start() + skipped, data.length() - skipped);
    return new SentStreamFrame(owner, attempt, streamId, offset + skipped, slice, fin);
  }

  @Override
  public void acknowledged() {
    owner.acknowledged(this);
  }

  @Override
  public void serialize(ByteBuffer buffer) {
    buffer.put((byte) (TYPE | OFF | LEN | (fin ? FIN : 0)));
    VariableLengthInteger.encode(streamId, buffer);
    VariableLengthInteger.encode(offset, buffer);
    VariableLengthInteger.encode(data.length(), buffer);
    buffer.put(data.array(), data.start(), data.length());
  }

  @Override
  public int getFrameLength() {
    return frameLength;
  }

  @Override
  public int getStreamId() {
    return streamId;
  }

  @Override
  public long getOffset() {
    return offset;
  }

  @Override
  public int getLength() {
    return data.length();
  }

  @Override
  public byte[] getStreamData() {
    return Arrays.copyOfRange(data.array(), data.start(), data.start() + data.length());
  }

  @Override
  public long getUpToOffset() {
    return offset + data.length();
  }

  @Override
  public boolean isFinal() {
    return fin;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "StreamFrame[" + streamId + "," + offset + "," + data.length() + (fin ? ",fin]" : "]");
  }
}
