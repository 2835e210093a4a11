package tech.kwik.core.ack;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.Range;
import tech.kwik.core.generic.VariableLengthInteger;
import tech.kwik.core.recovery.AcknowledgedFrame;

/**
 * An ACK frame that this side sends (RFC 9000 section 19.3). Tells its generator when the peer has
 * it. Immutable but for the number of ranges, which {@link #fit} can reduce before it is written.
 */
public final class OutgoingAck extends AckFrame implements AcknowledgedFrame {

  private static final int TYPE = 0x02;

  /** What kwik announces, or leaves at its default: the delay counts in units of 8 us. */
  private static final int DELAY_EXPONENT = 3;

  private final AckGenerator generator;
  private final long[] smallest;
  private final long[] largest;
  private final long delay;
  private int count;

  OutgoingAck(AckGenerator generator, long[] smallest, long[] largest, long delayMicros) {
    this.generator = generator;
    this.smallest = smallest;
    this.largest = largest;
    this.delay = delayMicros >> DELAY_EXPONENT;
    this.count = smallest.length;
  }

  /** Leaves out the smallest ranges that do not fit; one always stays. */
  public void fit(int bytes) {
    while (count > 1 && getFrameLength() > bytes) {
      count--;
    }
  }

  @Override
  public int getFrameLength() {
    int length =
        1
            + VariableLengthInteger.bytesNeeded(largest[0])
            + VariableLengthInteger.bytesNeeded(delay)
            + VariableLengthInteger.bytesNeeded(count - 1L)
            + VariableLengthInteger.bytesNeeded(largest[0] - smallest[0]);
    for (int i = 1; i < count; i++) {
      length += VariableLengthInteger.bytesNeeded(smallest[i - 1] - largest[i] - 2);
      length += VariableLengthInteger.bytesNeeded(largest[i] - smallest[i]);
    }
    return length;
  }

  @Override
  public void serialize(ByteBuffer buffer) {
    buffer.put((byte) TYPE);
    VariableLengthInteger.encode(largest[0], buffer);
    VariableLengthInteger.encode(delay, buffer);
    VariableLengthInteger.encode(count - 1L, buffer);
    VariableLengthInteger.encode(largest[0] - smallest[0], buffer);
    for (int i = 1; i < count; i++) {
      VariableLengthInteger.encode(smallest[i - 1] - largest[i] - 2, buffer);
      VariableLengthInteger.encode(largest[i] - smallest[i], buffer);
    }
  }

  @Override
  public void acknowledged() {
    generator.known(largest[0]);
  }

  @Override
  public long getLargestAcknowledged() {
    return largest[0];
  }

  @Override
  public List<Range> getAcknowledgedRanges() {
    List<Range> ranges = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ranges.add(new Range(smallest[i], largest[i]));
    }
    return ranges;
  }

  @Override
  public String toString() {
    return "AckFrame" + getAcknowledgedRanges();
  }
}
