package tech.kwik.core.packet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.crypto.Aead;
import tech.kwik.core.crypto.KeyUpdateSupport;
import tech.kwik.core.crypto.Sealing;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.DecryptionException;
import tech.kwik.core.impl.InvalidPacketException;
import tech.kwik.core.impl.PacketProcessor;
import tech.kwik.core.impl.PacketProcessor.ProcessResult;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.log.Logger;
import tech.kwik.core.util.Bytes;

/**
 * A 1-RTT packet (RFC 9000 section 17.3.1). Decrypts from the datagram's own array and copies no
 * data of streams.
 */
public class ShortHeaderPacket extends QuicPacket {

  private static final int RESERVED_BITS = 0x18;
  private static final int KEY_PHASE_BIT = 0x04;
  private static final int NUMBER_LENGTH_BITS = 0x03;
  private static final int PROTECTED_BITS = 0x1f;

  /** Where the header protection's sample starts, from the packet number (RFC 9001 §5.4.2). */
  static final int SAMPLE_OFFSET = 4;

  private static final int SAMPLE_BYTES = 16;

  protected short keyPhaseBit;

  /** A packet to be parsed. */
  public ShortHeaderPacket(Version version) {
    quicVersion = version;
  }

  /** A packet to be sent, with a frame or, for null, without one yet. */
  public ShortHeaderPacket(Version version, byte[] destinationConnectionId, QuicFrame frame) {
    this.quicVersion = version;
    this.destinationConnectionId = destinationConnectionId;
    frames = new ArrayList<>(2);
    if (frame != null) {
      frames.add(frame);
    }
  }

  @Override
  public void parse(
      ByteBuffer datagram, Aead aead, long largestNumber, Logger log, int connectionIdLength)
      throws DecryptionException, InvalidPacketException, TransportError {
    byte[] bytes = datagram.array();
    int start = datagram.arrayOffset() + datagram.position();
    int end = datagram.arrayOffset() + datagram.limit();
    int numberAt = start + 1 + connectionIdLength;
    // A packet with a short header takes the rest of the datagram.
    datagram.position(datagram.limit());
    packetSize = end - start;
    if (end - numberAt < SAMPLE_OFFSET + SAMPLE_BYTES) {
      throw new InvalidPacketException();
    }
    destinationConnectionId = Arrays.copyOfRange(bytes, start + 1, numberAt);
    byte[] mask = Sealing.mask(aead, bytes, numberAt + SAMPLE_OFFSET);
    bytes[start] ^= (byte) (mask[0] & PROTECTED_BITS);
    int flags = bytes[start];
    int numberLength = 1 + (flags & NUMBER_LENGTH_BITS);
    long truncated = 0;
    for (int i = 0; i < numberLength; i++) {
      bytes[numberAt + i] ^= mask[1 + i];
      truncated = truncated << 8 | bytes[numberAt + i] & 0xff;
    }
    packetNumber = decodePacketNumber(truncated, largestNumber, 8 * numberLength);
    keyPhaseBit = (short) ((flags & KEY_PHASE_BIT) == 0 ? 0 : 1);
    byte[] payload = open((KeyUpdateSupport) aead, bytes, start, numberAt + numberLength, end);
    // RFC 9000 §17.3.1: reserved bits are looked at after protection was removed.
    if ((flags & RESERVED_BITS) != 0) {
      throw new TransportError(
          TransportErrorCode.PROTOCOL_VIOLATION, "reserved bits of a short header are not zero");
    }
    frames = new ArrayList<>(2);
    FrameCheck.check(this, payload);
    new FrameParser(payload).parse(this, log);
  }

  private byte[] open(KeyUpdateSupport aead, byte[] bytes, int start, int text, int end)
      throws DecryptionException, TransportError {
    KeyUpdateSupport.Phase phase = aead.receiving(keyPhaseBit, packetNumber);
    byte[] payload = Sealing.open(phase.keys(), bytes, start, text, end, packetNumber);
    aead.received(phase, packetNumber);
    return payload;
  }

  /** What {@link FrameParser} leaves to the parser for packets of all kinds. */
  final void parseOthers(byte[] rest, Logger log) throws InvalidPacketException, TransportError {
    parseFrames(rest, log);
  }

  @Override
  public int estimateLength(int additional) {
    int length = additional;
    for (QuicFrame frame : frames) {
      length += frame.getFrameLength();
    }
    return 1 + destinationConnectionId.length + SAMPLE_OFFSET + length + Sealing.TAG_BYTES;
  }

  @Override
  public byte[] generatePacketBytes(Aead aead) {
    var packet = new OutgoingShortPacket(quicVersion, destinationConnectionId, packetNumber);
    frames.forEach(packet::addFrame);
    ByteBuffer out = ByteBuffer.allocate(packet.estimateLength(0));
    packet.write(out, aead);
    packetSize = out.position();
    return Arrays.copyOf(out.array(), out.position());
  }

  @Override
  public EncryptionLevel getEncryptionLevel() {
    return EncryptionLevel.App;
  }

  @Override
  public PnSpace getPnSpace() {
    return PnSpace.App;
  }

  @Override
  public byte[] getDestinationConnectionId() {
    return destinationConnectionId;
  }

  @Override
  public boolean isAckEliciting() {
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).isAckEliciting()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public ProcessResult accept(PacketProcessor processor, PacketMetaData metaData) {
    return processor.process(this, metaData);
  }

  @Override
  public String toString() {
    return "Packet A|"
        + packetNumber
        + "|S"
        + keyPhaseBit
        + "|"
        + Bytes.bytesToHex(destinationConnectionId)
        + "|"
        + packetSize
        + "|"
        + frames;
  }
}
