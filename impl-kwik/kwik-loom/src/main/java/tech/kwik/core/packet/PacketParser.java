package tech.kwik.core.packet;

import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.crypto.Aead;
import tech.kwik.core.crypto.ConnectionSecrets;
import tech.kwik.core.crypto.MissingKeysException;
import tech.kwik.core.impl.DecryptionException;
import tech.kwik.core.impl.InvalidPacketException;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.Logger;

/**
 * Takes the packets of a datagram apart, and hands those that can be decrypted on. Called by the
 * receiving thread.
 *
 * <p>Differs from the class that it replaces in that a packet whose keys are not there (any more)
 * does not take the packets behind it along (RFC 9000 section 12.2).
 */
public abstract class PacketParser {

  private static final int FIXED_BIT = 0x40;
  private static final int LONG_HEADER = 0x80;

  protected ConnectionSecrets connectionSecrets;
  protected VersionHolder quicVersion;
  protected final int cidLength;
  protected PacketFilter processorChain;
  protected Logger log;
  protected long[] largestPacketNumber = new long[PnSpace.values().length];
  private final Role role;
  private final BiFunction<ByteBuffer, Exception, Boolean> undecryptable;

  public PacketParser(
      ConnectionSecrets secrets,
      VersionHolder version,
      int connectionIdLength,
      PacketFilter processor,
      Role role,
      Logger log) {
    this(secrets, version, connectionIdLength, processor, null, role, log);
  }

  /** With someone who looks at what cannot be decrypted: it may be a stateless reset. */
  public PacketParser(
      ConnectionSecrets secrets,
      VersionHolder version,
      int connectionIdLength,
      PacketFilter processor,
      BiFunction<ByteBuffer, Exception, Boolean> undecryptable,
      Role role,
      Logger log) {
    this.connectionSecrets = secrets;
    this.quicVersion = version;
    this.cidLength = connectionIdLength;
    this.processorChain = processor;
    this.undecryptable = undecryptable == null ? (data, e) -> false : undecryptable;
    this.role = role;
    this.log = log;
  }

  /** The keys for a packet, whose header lies in the buffer. */
  protected abstract Aead getAead(QuicPacket packet, ByteBuffer data)
      throws MissingKeysException, InvalidPacketException, TransportError;

  public void parseAndProcessPackets(ByteBuffer datagram, PacketMetaData metaData)
      throws TransportError {
    ByteBuffer data = datagram;
    while (data.hasRemaining()) {
      try {
        QuicPacket packet = parsePacket(data);
        log.received(metaData.timeReceived(), metaData.datagramNumber(), packet);
        processorChain.processPacket(packet, new PacketMetaData(metaData, data.hasRemaining()));
      } catch (DecryptionException e) {
        undecryptable.apply(data, e);
      } catch (MissingKeysException e) {
        skip(data, e);
      } catch (InvalidPacketException e) {
        log.debug("Dropping invalid packet");
        if ((data.get(0) & LONG_HEADER) == 0) {
          undecryptable.apply(data, e);
        }
        return;
      }
      if (data.position() == 0) {
        return;
      }
      data = data.slice();
    }
  }

  /** Leaves a packet out whose keys are missing. */
  private void skip(ByteBuffer data, MissingKeysException missing) {
    if (undecryptable.apply(data, missing)) {
      data.position(data.limit());
      return;
    }
    int length = data.limit();
    try {
      if ((data.get(0) & LONG_HEADER) != 0) {
        length = HeaderCheck.length(createLongHeaderPacket(data), data);
      }
    } catch (InvalidPacketException e) {
      log.debug("Dropping the rest of a datagram");
    }
    data.position(length);
  }

  /** Reads and decrypts the packet at the buffer's start, and moves the position behind it. */
  public QuicPacket parsePacket(ByteBuffer data)
      throws MissingKeysException, DecryptionException, InvalidPacketException, TransportError {
    if (data.remaining() < 2) {
      throw new InvalidPacketException("packet too short to be valid QUIC packet");
    }
    int flags = data.get(0);
    QuicPacket packet =
        (flags & LONG_HEADER) != 0
            ? createLongHeaderPacket(data)
            : new ShortHeaderPacket(quicVersion.getVersion());
    // RFC 9000 §17.2.1: clients ignore the bit in Version Negotiation packets.
    if ((flags & FIXED_BIT) == 0 && !(packet instanceof VersionNegotiationPacket)) {
      throw new InvalidPacketException();
    }
    data.rewind();
    if (packet.getEncryptionLevel() == null) {
      packet.parse(data, null, 0, log, 0);
      return packet;
    }
    Aead aead = getAead(packet, data);
    if (packet.getPnSpace() == null) {
      packet.parse(data, aead, 0, log, cidLength); // a Retry has no number
      return packet;
    }
    int space = packet.getPnSpace().ordinal();
    packet.parse(data, aead, largestPacketNumber[space], log, cidLength);
    largestPacketNumber[space] = Math.max(largestPacketNumber[space], packet.packetNumber);
    return packet;
  }

  private QuicPacket createLongHeaderPacket(ByteBuffer data) throws InvalidPacketException {
    if (data.limit() < 1 + Integer.BYTES + 2) {
      throw new InvalidPacketException("packet too short to be valid QUIC long header packet");
    }
    int type = data.get(0) >>> 4 & 0x03;
    Version version = new Version(data.getInt(1));
    Version current = quicVersion.getVersion();
    if (version.isZero()) {
      return new VersionNegotiationPacket(current);
    }
    if (InitialPacket.isInitialType(type, version)) {
      return new InitialPacket(version);
    }
    if (RetryPacket.isRetry(type, version)) {
      return new RetryPacket(version);
    }
    if (HandshakePacket.isHandshake(type, version)) {
      return new HandshakePacket(version);
    }
    if (ZeroRttPacket.isZeroRTT(type, version) && role == Role.Server) {
      return new ZeroRttPacket(version);
    }
    throw new InvalidPacketException();
  }
}
