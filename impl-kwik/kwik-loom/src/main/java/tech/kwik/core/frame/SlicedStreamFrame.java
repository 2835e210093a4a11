package tech.kwik.core.frame;

import java.util.Arrays;

/**
 * A STREAM frame whose data is a slice of somebody else's array. Equal to itself only: frames are
 * many, and nobody asks whether two of them say the same.
 */
public abstract class SlicedStreamFrame extends StreamFrame {

  private final int streamId;
  private final long offset;
  private final byte[] array;
  private final int start;
  private final int length;
  private final boolean fin;

  protected SlicedStreamFrame(
      int streamId, long offset, byte[] array, int start, int length, boolean fin) {
    this.streamId = streamId;
    this.offset = offset;
    this.array = array;
    this.start = start;
    this.length = length;
    this.fin = fin;
  }

  /** The array that holds the data. */
  public final byte[] array() {
    return array;
  }

  /** Where the data starts in the array. */
  public final int start() {
    return start;
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
    return length;
  }

  @Override
  public byte[] getStreamData() {
    return Arrays.copyOfRange(array, start, start + length);
  }

  @Override
  public long getUpToOffset() {
    return offset + length;
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
    return "StreamFrame[" + streamId + "," + offset + "," + length + (fin ? ",fin]" : "]");
  }
}
