package tech.kwik.core.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.DatagramFrame;
import tech.kwik.core.frame.ReceivedStreamFrame;
import tech.kwik.core.generic.InvalidIntegerEncodingException;
import tech.kwik.core.generic.VariableLengthInteger;
import tech.kwik.core.impl.InvalidPacketException;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.log.Logger;

/**
 * Reads the frames that most 1-RTT packets consist of, and leaves the rest to the parser for
 * packets of all kinds. For one packet, which {@link FrameCheck} has looked through before.
 */
final class FrameParser {

  private static final int ACK = 0x02;
  private static final int ACK_ECN = 0x03;
  private static final int STREAM = 0x08;
  private static final int STREAM_LAST = 0x0f;
  private static final int STREAM_FIN = 0x01;
  private static final int STREAM_LEN = 0x02;
  private static final int STREAM_OFF = 0x04;
  private static final int DATAGRAM = 0x30;
  private static final int DATAGRAM_LEN = 0x31;

  private final byte[] payload;
  private final ByteBuffer in;

  FrameParser(byte[] payload) {
    this.payload = payload;
    this.in = ByteBuffer.wrap(payload);
  }

  void parse(ShortHeaderPacket packet, Logger log) throws InvalidPacketException, TransportError {
    try {
      while (in.hasRemaining()) {
        int type = in.get(in.position());
        if (type >= STREAM && type <= STREAM_LAST) {
          in.get();
          packet.frames.add(stream(type));
        } else if (type == ACK || type == ACK_ECN) {
          packet.frames.add(new AckFrame().parse(in, log));
        } else if (type == DATAGRAM || type == DATAGRAM_LEN) {
          in.get();
          packet.frames.add(datagram(type));
        } else if (type != 0 || !skipPadding()) {
          packet.parseOthers(Arrays.copyOfRange(payload, in.position(), payload.length), log);
          return;
        }
      }
    } catch (InvalidIntegerEncodingException e) {
      throw truncated();
    }
  }

  /** Skips padding that runs to the end of the packet, unless the packet is nothing else. */
  private boolean skipPadding() {
    for (int at = in.position(); at < payload.length; at++) {
      if (payload[at] != 0) {
        return false;
      }
    }
    if (in.position() == 0) {
      return false;
    }
    in.position(payload.length);
    return true;
  }

  private ReceivedStreamFrame stream(int type)
      throws InvalidIntegerEncodingException, TransportError {
    long id = VariableLengthInteger.parseLong(in);
    long offset = (type & STREAM_OFF) == 0 ? 0 : VariableLengthInteger.parseLong(in);
    int length = (type & STREAM_LEN) == 0 ? in.remaining() : length();
    // RFC 9000 §4.6: no limit that this side announces reaches so far.
    if (id > Integer.MAX_VALUE) {
      throw new TransportError(
          TransportErrorCode.STREAM_LIMIT_ERROR, "stream " + id + " is beyond the limit");
    }
    int start = in.position();
    in.position(start + length);
    boolean fin = (type & STREAM_FIN) != 0;
    return new ReceivedStreamFrame((int) id, offset, payload, start, length, fin);
  }

  private DatagramFrame datagram(int type) throws InvalidIntegerEncodingException, TransportError {
    int length = type == DATAGRAM ? in.remaining() : length();
    byte[] data = new byte[length];
    in.get(data);
    return new DatagramFrame(data);
  }

  private int length() throws InvalidIntegerEncodingException, TransportError {
    long length = VariableLengthInteger.parseLong(in);
    if (length > in.remaining()) {
      throw truncated();
    }
    return (int) length;
  }

  private static TransportError truncated() {
    return new TransportError(TransportErrorCode.FRAME_ENCODING_ERROR, "a frame is cut off");
  }
}
