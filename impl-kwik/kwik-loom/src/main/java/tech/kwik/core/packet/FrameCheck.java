package tech.kwik.core.packet;

import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.impl.TransportError;

/**
 * Walks over the frames of a decrypted packet before kwik's classes make objects of them, and
 * throws at the first that breaks RFC 9000 §12.4 and §19 or RFC 9221 §4. What passes has a known
 * type that the packet may carry, lies within the packet, and fits into kwik's {@code int} fields,
 * so that no length a peer writes down is ever allocated unseen.
 */
public final class FrameCheck {

  private static final long MAX_STREAMS = 1L << 60;
  private static final long MAX_OFFSET = (1L << 62) - 1;
  private static final int MAX_CONNECTION_ID = 20;
  private static final int RESET_TOKEN_BYTES = 16;
  private static final int PATH_DATA_BYTES = 8;

  /** PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE of type 0x1c, as bits. */
  private static final long IN_HANDSHAKE = bits(0x00, 0x01, 0x02, 0x03, 0x06, 0x1c);

  /** ACK, CRYPTO, NEW_TOKEN, RETIRE_CONNECTION_ID, PATH_RESPONSE and HANDSHAKE_DONE, as bits. */
  private static final long NOT_IN_0RTT = bits(0x02, 0x03, 0x06, 0x07, 0x19, 0x1b, 0x1e);

  private final byte[] bytes;
  private int at;

  private FrameCheck(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Called at the start of QuicPacket.parseFrames. */
  public static void check(QuicPacket packet, byte[] payload) throws TransportError {
    // RFC 9000 §12.4: a packet without frames is a PROTOCOL_VIOLATION.
    if (payload.length == 0) {
      throw violation("a packet without frames");
    }
    FrameCheck check = new FrameCheck(payload);
    EncryptionLevel level = packet.getEncryptionLevel();
    while (check.at < payload.length) {
      int type = payload[check.at] & 0xff;
      if (type == 0) {
        check.at++;
      } else {
        check.frame(type, level);
      }
    }
  }

  private void frame(int type, EncryptionLevel level) throws TransportError {
    long number = number();
    // RFC 9000 §12.4: a frame type in more bytes than it needs is a PROTOCOL_VIOLATION.
    if (type >= 0x40 && number < 0x40) {
      throw violation("the type of a frame is encoded in too many bytes");
    }
    if (number != type) {
      throw unknown(number);
    }
    permitted(type, level);
    switch (type) {
      case 0x01, 0x1e -> {}
      case 0x02 -> ack();
      case 0x03 -> {
        ack();
        number();
        number();
        number();
      }
      case 0x04 -> {
        streamId();
        number();
        number();
      }
      case 0x05, 0x11, 0x15 -> {
        streamId();
        number();
      }
      case 0x06 -> data(number(), number());
      case 0x07 -> token();
      case 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f -> stream(type);
      case 0x10, 0x14 -> number();
      case 0x12, 0x13, 0x16, 0x17 -> streamCount();
      case 0x18 -> newConnectionId();
      case 0x19 -> sequence();
      case 0x1a, 0x1b -> skip(PATH_DATA_BYTES);
      case 0x1c -> {
        number();
        number();
        skip(number());
      }
      case 0x1d -> {
        number();
        skip(number());
      }
      case 0x30 -> at = bytes.length;
      case 0x31 -> skip(number());
      default -> throw unknown(number);
    }
  }

  private static void permitted(int type, EncryptionLevel level) throws TransportError {
    boolean known = type <= 0x1e || type == 0x30 || type == 0x31;
    // RFC 9000 §12.4 and §12.5: what a packet may not carry is a PROTOCOL_VIOLATION.
    boolean permitted =
        switch (level) {
          case Initial, Handshake -> (IN_HANDSHAKE >>> type & 1) != 0;
          case ZeroRTT -> (NOT_IN_0RTT >>> type & 1) == 0;
          case App -> true;
        };
    if (known && !permitted) {
      throw violation("frame type " + type + " in a packet of level " + level);
    }
  }

  private void ack() throws TransportError {
    long smallest = number();
    number();
    long ranges = number();
    smallest -= number();
    for (long i = 0; i < ranges && smallest >= 0; i++) {
      smallest -= number() + 2;
      smallest -= number();
    }
    // RFC 9000 §19.3.1: a packet number below zero is a FRAME_ENCODING_ERROR.
    if (smallest < 0) {
      throw malformed("an ACK range goes below zero");
    }
  }

  private void stream(int type) throws TransportError {
    streamId();
    long offset = (type & 0x04) != 0 ? number() : 0;
    long length = (type & 0x02) != 0 ? number() : bytes.length - at;
    data(offset, length);
  }

  private void data(long offset, long length) throws TransportError {
    // RFC 9000 §19.6 and §19.8: no offset exceeds 2^62-1.
    if (offset + length > MAX_OFFSET) {
      throw malformed("data beyond the largest offset");
    }
    skip(length);
  }

  private void token() throws TransportError {
    long length = number();
    // RFC 9000 §19.7: an empty token is a FRAME_ENCODING_ERROR.
    if (length == 0) {
      throw malformed("an empty token");
    }
    skip(length);
  }

  private void streamId() throws TransportError {
    // Nobody of this build permits 2^29 streams of a kind, which is where kwik's ids end.
    if (number() > Integer.MAX_VALUE) {
      throw new TransportError(TransportErrorCode.STREAM_LIMIT_ERROR, "stream id beyond any limit");
    }
  }

  private void streamCount() throws TransportError {
    // RFC 9000 §19.11 and §19.14: more than 2^60 streams cannot be.
    if (number() > MAX_STREAMS) {
      throw malformed("a limit of more than 2^60 streams");
    }
  }

  private void newConnectionId() throws TransportError {
    long sequence = sequence();
    // RFC 9000 §19.15: Retire Prior To beyond the sequence number is a FRAME_ENCODING_ERROR.
    if (number() > sequence) {
      throw malformed("Retire Prior To is larger than the sequence number");
    }
    int length = at < bytes.length ? bytes[at++] & 0xff : 0;
    if (length == 0 || length > MAX_CONNECTION_ID) {
      throw malformed("a connection id of " + length + " bytes");
    }
    skip(length + RESET_TOKEN_BYTES);
  }

  private long sequence() throws TransportError {
    long sequence = number();
    // RFC 9000 §5.1.1, §19.16: they go up by one from zero, so nobody gets there by the rules.
    if (sequence > Integer.MAX_VALUE) {
      throw violation("sequence number of a connection id that nobody has issued");
    }
    return sequence;
  }

  private void skip(long count) throws TransportError {
    if (count > bytes.length - at) {
      throw malformed("a frame ends beyond its packet");
    }
    at += (int) count;
  }

  private long number() throws TransportError {
    if (at == bytes.length) {
      throw malformed("a frame ends beyond its packet");
    }
    int first = bytes[at];
    int end = at + (1 << (first >>> 6 & 3));
    if (end > bytes.length) {
      throw malformed("a frame ends beyond its packet");
    }
    long value = first & 0x3f;
    for (at++; at < end; at++) {
      value = value << 8 | bytes[at] & 0xff;
    }
    return value;
  }

  private static long bits(int... types) {
    long bits = 0;
    for (int type : types) {
      bits |= 1L << type;
    }
    return bits;
  }

  private static TransportError unknown(long type) {
    return malformed("unknown frame type " + type);
  }

  private static TransportError malformed(String reason) {
    return new TransportError(TransportErrorCode.FRAME_ENCODING_ERROR, reason);
  }

  private static TransportError violation(String reason) {
    return new TransportError(TransportErrorCode.PROTOCOL_VIOLATION, reason);
  }
}
