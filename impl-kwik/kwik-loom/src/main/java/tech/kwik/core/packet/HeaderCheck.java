package tech.kwik.core.packet;

import java.nio.ByteBuffer;
import tech.kwik.core.impl.InvalidPacketException;

/**
 * Looks at a long header (RFC 9000 §17.2) before kwik's classes read it, and throws when something
 * of it is missing: anyone can send such a packet, so it must cost no connection and no exception
 * that nobody expects.
 */
public final class HeaderCheck {

  private static final int MAX_CONNECTION_ID = 20;
  private static final int INTEGRITY_TAG_BYTES = 16;
  private static final int VERSION_BYTES = 4;

  /** RFC 9001 §5.4.2: four bytes of packet number at most, then sixteen for the sample. */
  private static final int MIN_PROTECTED_BYTES = 20;

  private final ByteBuffer buffer;

  private HeaderCheck(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Called before a packet is read from the start of a buffer, which stays where it is. */
  public static void check(QuicPacket packet, ByteBuffer datagram) throws InvalidPacketException {
    HeaderCheck check = new HeaderCheck(datagram.slice(0, datagram.limit()));
    switch (packet) {
      case VersionNegotiationPacket negotiation -> check.versionNegotiation();
      case RetryPacket retry -> check.retry();
      case InitialPacket initial -> check.protectedPacket(true);
      case LongHeaderPacket other -> check.protectedPacket(false);
      default -> {}
    }
  }

  /** The length of a packet with a long header, with what is around its protected part. */
  static int length(QuicPacket packet, ByteBuffer datagram) throws InvalidPacketException {
    HeaderCheck check = new HeaderCheck(datagram.slice(0, datagram.limit()));
    check.connectionIds();
    if (packet instanceof InitialPacket) {
      check.skip(check.number());
    }
    check.skip(check.number());
    return check.buffer.position();
  }

  private void versionNegotiation() throws InvalidPacketException {
    connectionIds();
    if (buffer.remaining() < VERSION_BYTES || buffer.remaining() % VERSION_BYTES != 0) {
      throw invalid("Version Negotiation packet without whole versions");
    }
  }

  private void retry() throws InvalidPacketException {
    connectionIds();
    // RFC 9000 §17.2.5.2: a Retry without token is discarded.
    if (buffer.remaining() <= INTEGRITY_TAG_BYTES) {
      throw invalid("Retry packet without token");
    }
  }

  private void protectedPacket(boolean withToken) throws InvalidPacketException {
    connectionIds();
    if (withToken) {
      skip(number());
    }
    long length = number();
    if (length < MIN_PROTECTED_BYTES || length > buffer.remaining()) {
      throw invalid("length of a packet that its datagram does not hold");
    }
  }

  private void connectionIds() throws InvalidPacketException {
    skip(1 + VERSION_BYTES);
    for (int i = 0; i < 2; i++) {
      int length = buffer.hasRemaining() ? buffer.get() & 0xff : MAX_CONNECTION_ID + 1;
      // RFC 9000 §17.2: in version 1 a longer connection id makes a packet to drop.
      if (length > MAX_CONNECTION_ID) {
        throw invalid("no connection id, or one that is too long");
      }
      skip(length);
    }
  }

  private long number() throws InvalidPacketException {
    if (!buffer.hasRemaining()) {
      throw invalid("end of the header is missing");
    }
    int first = buffer.get();
    int more = (1 << (first >>> 6 & 3)) - 1;
    if (more > buffer.remaining()) {
      throw invalid("end of the header is missing");
    }
    long value = first & 0x3f;
    for (int i = 0; i < more; i++) {
      value = value << 8 | buffer.get() & 0xff;
    }
    return value;
  }

  private void skip(long count) throws InvalidPacketException {
    if (count > buffer.remaining()) {
      throw invalid("end of the header is missing");
    }
    buffer.position(buffer.position() + (int) count);
  }

  private static InvalidPacketException invalid(String reason) {
    return new InvalidPacketException(reason);
  }
}
