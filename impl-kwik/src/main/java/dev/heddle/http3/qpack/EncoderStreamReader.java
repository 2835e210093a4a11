package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;

/**
 * Reads what the peer's encoder says to our decoder, whose dynamic table has capacity 0: nothing
 * but that it keeps to this capacity. Belongs to the thread that reads the peer's encoder stream.
 */
public final class EncoderStreamReader {
  private final BufferedByteSource in;
  private final InstructionLimit limit;

  /** A reader of the stream behind its type, which has each instruction counted. */
  public EncoderStreamReader(BufferedByteSource in, InstructionLimit limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Reads instructions until the connection ends. Never returns.
   *
   * @throws ProtocolException at an instruction that cannot be followed, or the end of the stream
   */
  public void run() throws IOException {
    while (true) {
      int first = in.readByte();
      if (first == BufferedByteSource.END) {
        // RFC 9204 §4.2: the end of an encoder stream is H3_CLOSED_CRITICAL_STREAM
        throw ProtocolException.connection(
            H3Error.H3_CLOSED_CRITICAL_STREAM, "QPACK encoder stream ended");
      }
      limit.count();
      instruction(first);
    }
  }

  private void instruction(int first) throws IOException {
    if ((first & 0xc0) != 0) {
      // RFC 9204 §3.2.2: an entry larger than the table's capacity is QPACK_ENCODER_STREAM_ERROR
      // RFC 9204 §3.1: and so is a name that refers to a static index that the table lacks
      throw error("insertion into a dynamic table of capacity 0");
    }
    if ((first & 0x20) == 0) {
      // RFC 9204 §2.2.3: a reference to an entry that is not there is QPACK_ENCODER_STREAM_ERROR
      throw error("duplicate of an entry that is not there");
    }
    long capacity = PrefixedInteger.read(in, first, 5, H3Error.QPACK_ENCODER_STREAM_ERROR);
    if (capacity > 0) {
      // RFC 9204 §4.3.1: a capacity over the one we announced is QPACK_ENCODER_STREAM_ERROR
      throw error("dynamic table capacity " + capacity + ", announced was 0");
    }
  }

  private static ProtocolException error(String message) {
    return ProtocolException.connection(H3Error.QPACK_ENCODER_STREAM_ERROR, message);
  }
}
