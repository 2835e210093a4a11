package dev.heddle.http3.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Reads frames, on control streams and request streams alike: {@link #next()} goes to the next
 * frame, then the payload is taken by {@link #read}, {@link #payload}, {@link #settings} or {@link
 * #id}, or left, in which case the next call to {@link #next()} skips it. One reader at a time.
 *
 * <p>Which frame may come where is not decided here, but by the owner of the stream. A call that
 * was interrupted can be made again and goes on where it was.
 */
public final class FrameReader implements ByteSource {
  private static final int CHUNK_BYTES = 8 * 1024;

  private final BufferedByteSource in;
  private long code;
  private long length;
  private long remaining;

  // What an interrupted call had read, for the call that comes back.
  private boolean insideHeader;
  private byte[] payload;
  private int payloadBytes;

  public FrameReader(BufferedByteSource in) {
    this.in = in;
  }

  /**
   * Skips what is left of this frame, waits for the next one and reads its header.
   *
   * @return its type, or {@link FrameType#END} where the stream ended between two frames
   * @throws ProtocolException where the stream ended inside a frame, or the type is reserved
   */
  public FrameType next() throws IOException {
    skip();
    try {
      if (!insideHeader) {
        code = in.varint();
        if (code == BufferedByteSource.END) {
          return FrameType.END;
        }
        // RFC 9114 §7.2.8: frame types of HTTP/2 are H3_FRAME_UNEXPECTED
        if (FrameType.isReserved(code)) {
          throw ProtocolException.connection(
              H3Error.H3_FRAME_UNEXPECTED, "frame type " + code + " belongs to HTTP/2");
        }
        insideHeader = true;
      }
      long claimed = in.varint();
      if (claimed == BufferedByteSource.END) {
        throw truncated();
      }
      insideHeader = false;
      length = claimed;
      remaining = claimed;
      return FrameType.of(code);
    } catch (TruncatedException e) {
      throw truncated();
    }
  }

  /** The number on the wire of this frame's type. */
  public long code() {
    return code;
  }

  /** The length that this frame claims; nothing was allocated for it. */
  public long length() {
    return length;
  }

  /** Payload bytes of this frame that were not read yet. */
  public long remaining() {
    return remaining;
  }

  /**
   * Reads payload bytes of this frame as they come, without a copy in between where {@code length}
   * is large.
   *
   * @return bytes read, or -1 at the end of this frame
   */
  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    if (remaining == 0) {
      return -1;
    }
    int count = in.read(dst, offset, (int) Math.min(length, remaining));
    if (count < 0) {
      throw truncated();
    }
    remaining -= count;
    return count;
  }

  /**
   * The rest of this frame's payload. Memory grows with the bytes that come, not with the claim.
   *
   * @param tooLarge makes what is thrown, before anything is read, where more than {@code maxBytes}
   *     are claimed
   */
  public byte[] payload(int maxBytes, Supplier<? extends IOException> tooLarge) throws IOException {
    if (remaining > maxBytes) {
      throw tooLarge.get();
    }
    if (payload == null) {
      payload = new byte[(int) Math.min(remaining, CHUNK_BYTES)];
      payloadBytes = 0;
    }
    while (remaining > 0) {
      if (payloadBytes == payload.length) {
        long grown = Math.min(payloadBytes * 2L, payloadBytes + remaining);
        payload = Arrays.copyOf(payload, (int) grown);
      }
      payloadBytes += read(payload, payloadBytes, payload.length - payloadBytes);
    }
    byte[] whole = payload;
    payload = null;
    return whole;
  }

  /**
   * Parses the rest of this frame's payload, in place where it has arrived already.
   *
   * @param tooLarge as for {@link #payload}
   */
  public <T> T payload(
      int maxBytes, Supplier<? extends IOException> tooLarge, PayloadParser<T> parser)
      throws IOException {
    if (payload == null && remaining <= Math.min(maxBytes, in.buffered())) {
      int count = (int) remaining;
      remaining = 0;
      int from = in.take(count);
      return parser.parse(in.buffer(), from, from + count);
    }
    byte[] whole = payload(maxBytes, tooLarge);
    return parser.parse(whole, 0, whole.length);
  }

  /** The payload of a SETTINGS frame; one of more than {@code maxBytes} is H3_EXCESSIVE_LOAD. */
  public Settings settings(int maxBytes) throws IOException {
    return Settings.parse(
        payload(
            maxBytes,
            () ->
                ProtocolException.connection(
                    H3Error.H3_EXCESSIVE_LOAD, "SETTINGS of " + remaining + " bytes")));
  }

  /** The payload of a GOAWAY, MAX_PUSH_ID or CANCEL_PUSH frame: exactly one integer. */
  public long id() throws IOException {
    // RFC 9114 §7.1: a payload longer or shorter than its fields is H3_FRAME_ERROR
    if (remaining < 1 || remaining > VarInt.MAX_BYTES) {
      throw badLength();
    }
    byte[] payload = payload(VarInt.MAX_BYTES, this::badLength);
    // RFC 9114 §10.8: the length of a frame matches the length of the fields it contains
    if (VarInt.length(payload[0]) != payload.length) {
      throw badLength();
    }
    return VarInt.decode(payload, 0, payload.length);
  }

  /** The integer at the start of the payload of a PRIORITY_UPDATE frame. */
  public long leadingId() throws IOException {
    byte[] id = new byte[VarInt.MAX_BYTES];
    int length = 1;
    for (int i = 0; i < length; i++) {
      if (remaining == 0) {
        throw badLength();
      }
      if (read(id, i, 1) > 0 && i == 0) {
        length = VarInt.length(id[0]);
      }
    }
    return VarInt.decode(id, 0, length);
  }

  /** Discards what is left of this frame's payload, without holding it. */
  public void skip() throws IOException {
    payload = null;
    while (remaining > 0) {
      int skipped = in.skip(remaining);
      if (skipped < 0) {
        throw truncated();
      }
      remaining -= skipped;
    }
  }

  private ProtocolException badLength() {
    return ProtocolException.connection(
        H3Error.H3_FRAME_ERROR, FrameType.of(code) + " frame of " + length + " bytes");
  }

  // RFC 9114 §7.1: a stream that ends cleanly inside a frame is H3_FRAME_ERROR
  private static ProtocolException truncated() {
    return ProtocolException.connection(H3Error.H3_FRAME_ERROR, "stream ended inside a frame");
  }
}
