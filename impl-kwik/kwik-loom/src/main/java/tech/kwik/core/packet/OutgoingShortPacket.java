package tech.kwik.core.packet;

import java.nio.ByteBuffer;
import tech.kwik.core.crypto.Aead;
import tech.kwik.core.crypto.KeyUpdateSupport;
import tech.kwik.core.crypto.Sealing;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.Version;

/**
 * A 1-RTT packet that is being sent (RFC 9000 section 17.3.1): what is asked of its frames again
 * and again is noted as they are added, and its bytes are written and protected in place.
 */
public final class OutgoingShortPacket extends ShortHeaderPacket {

  private static final int FIXED_BIT = 0x40;
  private static final int KEY_PHASE_SHIFT = 2;
  private static final int LONGEST_NUMBER = 4;
  private final int numberLength;
  private int framesLength;
  private boolean ackEliciting;
  private boolean ackOnly = true;
  private boolean padded;
  private boolean mtuProbe;
  private boolean otherPath;

  public OutgoingShortPacket(Version version, byte[] destinationConnectionId, long number) {
    super(version, destinationConnectionId, null);
    setPacketNumber(number);
    numberLength = number < 1 << 16 ? 2 : LONGEST_NUMBER;
  }

  /** What a packet to this connection id needs beside its frames, at most. */
  public static int overhead(byte[] connectionId) {
    return 1 + connectionId.length + LONGEST_NUMBER + Sealing.TAG_BYTES;
  }

  /** Its loss says something of its size, and nothing of congestion (RFC 9000 section 14.4). */
  public void markMtuProbe() {
    mtuProbe = true;
  }

  /** It does not take the path of the others, of which it says nothing (RFC 9000 §9.4). */
  public void markOtherPath() {
    otherPath = true;
  }

  public boolean isOtherPath() {
    return otherPath;
  }

  /** Whether its loss says nothing of congestion. */
  public boolean isProbe() {
    return mtuProbe || otherPath;
  }

  @Override
  public void addFrame(QuicFrame frame) {
    frames.add(frame);
    framesLength += frame.getFrameLength();
    ackEliciting |= frame.isAckEliciting();
    ackOnly &= frame instanceof AckFrame;
    padded |= frame instanceof Padding;
  }

  public int framesLength() {
    return framesLength;
  }

  /** Writes the protected packet at the buffer's position, which must have an array. */
  public void write(ByteBuffer out, Aead aead) {
    int start = out.position();
    KeyUpdateSupport.Phase phase = ((KeyUpdateSupport) aead).sending();
    keyPhaseBit = (short) phase.bit();
    out.put((byte) (FIXED_BIT | keyPhaseBit << KEY_PHASE_SHIFT | numberLength - 1));
    out.put(destinationConnectionId);
    int number = out.position();
    if (numberLength == 2) {
      out.putShort((short) packetNumber);
    } else {
      out.putInt((int) packetNumber);
    }
    int text = out.position();
    for (int i = 0; i < frames.size(); i++) {
      frames.get(i).serialize(out);
    }
    // RFC 9001 §5.4.2: there must be something to sample; bytes of zero are PADDING frames.
    while (out.position() - number < SAMPLE_OFFSET) {
      out.put((byte) 0);
    }
    int end = out.position();
    out.position(end + Sealing.TAG_BYTES);
    Sealing.seal(phase.keys(), out.array(), start, text, end - text, packetNumber);
    byte[] mask = Sealing.mask(aead, out.array(), number + SAMPLE_OFFSET);
    byte[] bytes = out.array();
    bytes[start] ^= (byte) (mask[0] & 0x1f);
    for (int i = 0; i < numberLength; i++) {
      bytes[number + i] ^= mask[1 + i];
    }
    packetSize = out.position() - start;
  }

  @Override
  public int estimateLength(int additional) {
    return 1
        + destinationConnectionId.length
        + numberLength
        + Math.max(framesLength + additional, SAMPLE_OFFSET - numberLength)
        + Sealing.TAG_BYTES;
  }

  @Override
  public boolean isAckEliciting() {
    return ackEliciting;
  }

  @Override
  public boolean isAckOnly() {
    return ackOnly && !frames.isEmpty();
  }

  @Override
  public boolean isInflightPacket() {
    return ackEliciting || padded;
  }

  /** Whether it counts as in flight: it is more than acknowledgements and a farewell. */
  public boolean countsAsInFlight() {
    for (int i = 0; i < frames.size(); i++) {
      QuicFrame frame = frames.get(i);
      if (!(frame instanceof AckFrame) && !(frame instanceof ConnectionCloseFrame)) {
        return true;
      }
    }
    return false;
  }
}
