package tech.kwik.core.frame;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.generic.InvalidIntegerEncodingException;
import tech.kwik.core.generic.VariableLengthInteger;
import tech.kwik.core.impl.TransportError;

/** An ACK frame that was received (RFC 9000 section 19.3), with or without ECN counts. */
public final class ReceivedAckFrame extends AckFrame {

  private static final int WITH_ECN = 0x03;
  private static final int ECN_COUNTS = 3;
  private static final int MAX_SHIFT = 20; // RFC 9000 §18.2

  private final List<Range> ranges;
  private final long delay;
  private int exponent = 3;

  private ReceivedAckFrame(List<Range> ranges, long delay) {
    this.ranges = ranges;
    this.delay = delay;
  }

  /** Reads the frame at the buffer's position. */
  public static ReceivedAckFrame read(ByteBuffer in)
      throws InvalidIntegerEncodingException, TransportError {
    int type = in.get();
    long largest = VariableLengthInteger.parseLong(in);
    long delay = VariableLengthInteger.parseLong(in);
    long more = VariableLengthInteger.parseLong(in);
    List<Range> ranges = new ArrayList<>(1);
    long smallest = largest - VariableLengthInteger.parseLong(in);
    add(ranges, smallest, largest);
    for (long i = 0; i < more; i++) {
      largest = smallest - VariableLengthInteger.parseLong(in) - 2;
      smallest = largest - VariableLengthInteger.parseLong(in);
      add(ranges, smallest, largest);
    }
    for (int i = 0; type == WITH_ECN && i < ECN_COUNTS; i++) {
      VariableLengthInteger.parseLong(in);
    }
    return new ReceivedAckFrame(ranges, delay);
  }

  private static void add(List<Range> ranges, long smallest, long largest) throws TransportError {
    // RFC 9000 §19.3.1: a computed packet number that is negative is an encoding error.
    if (smallest < 0) {
      throw new TransportError(
          TransportErrorCode.FRAME_ENCODING_ERROR, "acknowledges a negative packet number");
    }
    ranges.add(new Range(smallest, largest));
  }

  @Override
  public List<Range> getAcknowledgedRanges() {
    return ranges;
  }

  @Override
  public long getLargestAcknowledged() {
    return ranges.getFirst().getLargest();
  }

  @Override
  public void setDelayExponent(int peerExponent) {
    exponent = Math.min(peerExponent, MAX_SHIFT);
  }

  /** Beyond any real delay where the product would not be a number. */
  @Override
  public long ackDelayMicros() {
    return delay > Long.MAX_VALUE >> exponent ? Long.MAX_VALUE : delay << exponent;
  }

  @Override
  public int getAckDelay() {
    return (int) Math.min(ackDelayMicros() / 1_000, Integer.MAX_VALUE);
  }

  @Override
  public Stream<Long> getAckedPacketNumbers() {
    return ranges.stream()
        .flatMapToLong(range -> LongStream.rangeClosed(range.getSmallest(), range.getLargest()))
        .boxed();
  }

  @Override
  public String toString() {
    return "AckFrame" + ranges;
  }
}
