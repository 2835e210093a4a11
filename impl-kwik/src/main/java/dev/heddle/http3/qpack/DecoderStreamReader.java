package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;

/**
 * Reads what the peer's decoder says to our encoder, which inserts nothing and so has nothing to be
 * acknowledged. Belongs to the thread that reads the peer's decoder stream.
 */
public final class DecoderStreamReader {
  private final BufferedByteSource in;
  private final InstructionLimit limit;

  /** A reader of the stream behind its type, which has each instruction counted. */
  public DecoderStreamReader(BufferedByteSource in, InstructionLimit limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Reads instructions until the connection ends. Never returns.
   *
   * @throws ProtocolException at an instruction that cannot be meant, or the end of the stream
   */
  public void run() throws IOException {
    while (true) {
      int first = in.readByte();
      if (first == BufferedByteSource.END) {
        // RFC 9204 §4.2: the end of a decoder stream is H3_CLOSED_CRITICAL_STREAM
        throw ProtocolException.connection(
            H3Error.H3_CLOSED_CRITICAL_STREAM, "QPACK decoder stream ended");
      }
      limit.count();
      instruction(first);
    }
  }

  private void instruction(int first) throws IOException {
    if ((first & 0x80) != 0) {
      // RFC 9204 §4.4.1: acknowledging a section that awaits none is QPACK_DECODER_STREAM_ERROR
      throw error("acknowledgment of a section without dynamic references");
    }
    if ((first & 0x40) == 0) {
      // RFC 9204 §4.4.3: an increment of 0 or beyond what was sent is QPACK_DECODER_STREAM_ERROR
      throw error("Insert Count Increment without an insertion");
    }
    // A Stream Cancellation: no references were outstanding, so there is nothing to release.
    PrefixedInteger.read(in, first, 6, H3Error.QPACK_DECODER_STREAM_ERROR);
  }

  private static ProtocolException error(String message) {
    return ProtocolException.connection(H3Error.QPACK_DECODER_STREAM_ERROR, message);
  }
}
