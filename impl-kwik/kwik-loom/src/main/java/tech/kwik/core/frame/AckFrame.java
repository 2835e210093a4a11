package tech.kwik.core.frame;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.generic.InvalidIntegerEncodingException;
import tech.kwik.core.generic.VariableLengthInteger;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.log.Logger;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.packet.QuicPacket;

/**
 * An acknowledgement (RFC 9000 §19.3). Differs from the class that it replaces in ranges and delays
 * of any size: a peer that delays an acknowledgement for long, or acknowledges more than 2^31
 * packets in one range, breaks no rule. Its ranges cost as much as the packet has bytes for.
 */
public class AckFrame extends QuicFrame {

  private static final int OWN_DELAY_EXPONENT = 3;
  private static final int MAX_BYTES = 1_000;
  private static final int MAX_RANGE_BYTES = 16;
  private static final int MAX_EXPONENT = 20;
  // A day; longer delays are none that anyone would measure a round trip with.
  private static final long MAX_DELAY_MICROS = 86_400_000_000L;

  private List<Range> ranges;
  private long encodedDelay;
  private int delayExponent = OWN_DELAY_EXPONENT;
  private byte[] encoded;

  public AckFrame() {
    ranges = List.of();
  }

  public AckFrame(long packetNumber) {
    this(new Range(packetNumber));
  }

  public AckFrame(Range range) {
    this(List.of(range));
  }

  public AckFrame(List<Range> ranges) {
    this(Version.getDefault(), ranges, 0);
  }

  /** The ranges go from the largest down; those at the end that find no room are left out. */
  public AckFrame(Version version, List<Range> ranges, int delayMillis) {
    if (!Range.validRangeList(ranges)) {
      throw new IllegalArgumentException("ranges must go down, with gaps between them");
    }
    encodedDelay = delayMillis * 1_000L >> OWN_DELAY_EXPONENT;
    encode(ranges);
  }

  private void encode(List<Range> all) {
    ByteBuffer tail = ByteBuffer.allocate(MAX_BYTES);
    Iterator<Range> iterator = all.iterator();
    List<Range> taken = new ArrayList<>(Math.min(all.size(), 16));
    Range previous = iterator.next();
    taken.add(previous);
    VariableLengthInteger.encode(previous.getLargest() - previous.getSmallest(), tail);
    while (iterator.hasNext() && tail.remaining() >= MAX_RANGE_BYTES) {
      Range range = iterator.next();
      VariableLengthInteger.encode(previous.getSmallest() - range.getLargest() - 2, tail);
      VariableLengthInteger.encode(range.getLargest() - range.getSmallest(), tail);
      taken.add(range);
      previous = range;
    }
    ranges = List.copyOf(taken);
    tail.flip();
    ByteBuffer whole = ByteBuffer.allocate(1 + 3 * Long.BYTES + tail.remaining());
    whole.put((byte) 0x02);
    VariableLengthInteger.encode(ranges.getFirst().getLargest(), whole);
    VariableLengthInteger.encode(encodedDelay, whole);
    VariableLengthInteger.encode(taken.size() - 1, whole);
    whole.put(tail);
    encoded = new byte[whole.flip().remaining()];
    whole.get(encoded);
  }

  @Override
  public int getFrameLength() {
    return encoded.length;
  }

  @Override
  public void serialize(ByteBuffer buffer) {
    buffer.put(encoded);
  }

  public AckFrame parse(ByteBuffer buffer, Logger log)
      throws InvalidIntegerEncodingException, TransportError {
    int type = buffer.get();
    long largest = VariableLengthInteger.parseLong(buffer);
    encodedDelay = VariableLengthInteger.parseLong(buffer);
    long more = VariableLengthInteger.parseLong(buffer);
    List<Range> parsed = new ArrayList<>();
    long smallest = add(parsed, largest, VariableLengthInteger.parseLong(buffer));
    for (long i = 0; i < more; i++) {
      largest = smallest - VariableLengthInteger.parseLong(buffer) - 2;
      smallest = add(parsed, largest, VariableLengthInteger.parseLong(buffer));
    }
    if (type == 0x03) {
      for (int i = 0; i < 3; i++) {
        VariableLengthInteger.parseLong(buffer);
      }
    }
    ranges = parsed;
    return this;
  }

  private static long add(List<Range> ranges, long largest, long below) throws TransportError {
    long smallest = largest - below;
    // RFC 9000 §19.3.1: a packet number below zero is a FRAME_ENCODING_ERROR.
    if (smallest < 0) {
      throw new TransportError(
          TransportErrorCode.FRAME_ENCODING_ERROR, "an ACK range goes below zero");
    }
    ranges.add(new Range(smallest, largest));
    return smallest;
  }

  /** All numbers, for tests and tools: a range of a peer can be long. */
  public Stream<Long> getAckedPacketNumbers() {
    return ranges.stream().flatMap(Range::stream);
  }

  public Stream<Long> getAckedPacketNumbers(long from) {
    return ranges.stream()
        .filter(range -> range.getLargest() >= from)
        .flatMap(range -> range.stream(from));
  }

  /** From the largest down. */
  public List<Range> getAcknowledgedRanges() {
    return ranges;
  }

  public long getLargestAcknowledged() {
    return ranges.getFirst().getLargest();
  }

  /** In milliseconds. */
  public int getAckDelay() {
    return (int) (ackDelayMicros() / 1_000);
  }

  /** RFC 9000 §19.3: what the peer wrote, times two to the power of its exponent. */
  public long ackDelayMicros() {
    return Math.min(encodedDelay, MAX_DELAY_MICROS >> delayExponent) << delayExponent;
  }

  public void setDelayExponent(int exponent) {
    delayExponent = Math.clamp(exponent, 0, MAX_EXPONENT);
  }

  @Override
  public boolean isAckEliciting() {
    return false;
  }

  @Override
  public void accept(FrameProcessor processor, QuicPacket packet, PacketMetaData metaData) {
    processor.process(this, packet, metaData);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("AckFrame[");
    for (Range range : ranges) {
      text.append(text.length() > 9 ? "," : "").append(range.getLargest());
      if (range.getSmallest() < range.getLargest()) {
        text.append('-').append(range.getSmallest());
      }
    }
    return text.append("|").append(getAckDelay()).append(']').toString();
  }
}
