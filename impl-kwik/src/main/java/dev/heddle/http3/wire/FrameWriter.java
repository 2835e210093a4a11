package dev.heddle.http3.wire;

import java.nio.ByteBuffer;

/** Frames and stream types as bytes, always in the shortest form. */
public final class FrameWriter {
  /** Octets of the longest frame header: a type of one octet and a length. */
  public static final int MAX_HEADER_BYTES = 1 + VarInt.MAX_BYTES;

  /** Most frames that are built in place hold 64 to 16383 bytes: a length of two octets. */
  private static final int GUESSED_LENGTH_BYTES = 2;

  private FrameWriter() {}

  /** Writes a frame header at {@code offset} and returns the offset behind it. */
  public static int header(FrameType type, long payloadBytes, byte[] dst, int offset) {
    return VarInt.encode(payloadBytes, dst, VarInt.encode(type.code(), dst, offset));
  }

  /** Writes a frame header at the buffer's position. */
  public static void header(FrameType type, long payloadBytes, ByteBuffer dst) {
    VarInt.encode(type.code(), dst);
    VarInt.encode(payloadBytes, dst);
  }

  /**
   * Begins a frame whose length is not known yet; its payload is what follows until {@link #end}.
   *
   * @return the mark to give to {@link #end}
   */
  public static int begin(FrameType type, ByteBuilder out) {
    out.varint(type.code());
    out.reserve(GUESSED_LENGTH_BYTES);
    out.advance(GUESSED_LENGTH_BYTES);
    return out.size();
  }

  /** Ends the frame that began at {@code mark}. */
  public static void end(int mark, ByteBuilder out) {
    int payloadBytes = out.size() - mark;
    int excess = VarInt.size(payloadBytes) - GUESSED_LENGTH_BYTES;
    if (excess != 0) {
      out.shift(mark, excess);
    }
    VarInt.encode(payloadBytes, out.array(), mark - GUESSED_LENGTH_BYTES);
  }

  public static void settings(Settings settings, ByteBuilder out) {
    int mark = begin(FrameType.SETTINGS, out);
    settings.values().forEach((id, value) -> setting(id, value, out));
    end(mark, out);
  }

  private static void setting(long id, long value, ByteBuilder out) {
    out.varint(id);
    out.varint(value);
  }

  /** A GOAWAY with a stream id (from a server) or a push id (from a client). */
  public static void goAway(long id, ByteBuilder out) {
    idFrame(FrameType.GOAWAY, id, out);
  }

  public static void maxPushId(long pushId, ByteBuilder out) {
    idFrame(FrameType.MAX_PUSH_ID, pushId, out);
  }

  public static void cancelPush(long pushId, ByteBuilder out) {
    idFrame(FrameType.CANCEL_PUSH, pushId, out);
  }

  private static void idFrame(FrameType type, long id, ByteBuilder out) {
    out.varint(type.code());
    out.varint(VarInt.size(id));
    out.varint(id);
  }

  /** A frame of the reserved type of rank {@code n}, which every peer must skip. */
  public static void grease(long n, byte[] payload, ByteBuilder out) {
    out.varint(Grease.of(n));
    out.varint(payload.length);
    out.write(payload, 0, payload.length);
  }

  /** The integer at the start of a unidirectional stream. */
  public static void streamType(UniStreamType type, ByteBuilder out) {
    out.varint(type.code());
  }
}
