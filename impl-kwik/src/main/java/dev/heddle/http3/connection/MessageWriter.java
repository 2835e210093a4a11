package dev.heddle.http3.connection;

import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.http3.qpack.FieldSectionEncoder;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.FrameType;
import dev.heddle.http3.wire.FrameWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The sending half of a request stream: header sections, body, trailers, each handed to the
 * transport at once. One writer at a time, which holds the stream's write lock.
 *
 * <p>A write that fails half-way leaves a torn frame behind, so it gives this direction up.
 */
final class MessageWriter {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final byte[] NO_BYTES = new byte[0];

  private enum Phase {
    HEADERS,
    BODY,
    ENDED,
    TORN
  }

  private final QuicStream quic;
  private final long codeWhenTorn;
  private volatile Phase phase = Phase.HEADERS;
  private IOException tornBy;
  private byte[] frameHeader = NO_BYTES;
  private OptionalLong bodyLength = OptionalLong.empty();
  private boolean discardBody;
  private long bodyBytes;

  MessageWriter(QuicStream quic, long codeWhenTorn) {
    this.quic = quic;
    this.codeWhenTorn = codeWhenTorn;
  }

  /** Whether the final header section was sent. Any thread. */
  boolean started() {
    return phase != Phase.HEADERS;
  }

  /** Whether the end was sent. Any thread. */
  boolean ended() {
    return phase == Phase.ENDED;
  }

  /** Whether a write failed half-way. Any thread. */
  boolean torn() {
    return phase == Phase.TORN;
  }

  /** Sends an interim response. */
  void interim(Headers fields) throws IOException {
    requireNotStarted();
    send(false, section(fields), NOTHING);
  }

  /**
   * Sends the final header section.
   *
   * @param length how many body bytes may follow, if that is fixed
   * @param discard whether body bytes are dropped, as in the response to HEAD
   */
  void headers(Headers fields, OptionalLong length, boolean discard) throws IOException {
    requireNotStarted();
    bodyLength = length;
    discardBody = discard;
    send(false, section(fields), NOTHING);
    phase = Phase.BODY;
  }

  /** Sends the final header section, the whole body, and the end, as one write. */
  void message(Headers fields, byte[] body) throws IOException {
    requireNotStarted();
    ByteBuilder out = section(fields);
    if (body.length > 0) {
      out.reserve(FrameWriter.MAX_HEADER_BYTES);
      int end = FrameWriter.header(FrameType.DATA, body.length, out.array(), out.size());
      out.advance(end - out.size());
    }
    send(true, out, ByteBuffer.wrap(body));
    phase = Phase.ENDED;
  }

  /** Sends body bytes as one DATA frame. */
  void body(byte[] bytes, int offset, int length) throws IOException {
    requireOpen();
    if (!discardBody && bodyLength.isPresent() && bodyBytes + length > bodyLength.getAsLong()) {
      throw new IOException(
          "the body is longer than the "
              + bodyLength.getAsLong()
              + " bytes that its headers announce or its status allows");
    }
    bodyBytes += length;
    if (length == 0 || discardBody) {
      return;
    }
    if (frameHeader.length == 0) {
      frameHeader = new byte[FrameWriter.MAX_HEADER_BYTES];
    }
    int header = FrameWriter.header(FrameType.DATA, length, frameHeader, 0);
    write(false, ByteBuffer.wrap(frameHeader, 0, header), ByteBuffer.wrap(bytes, offset, length));
  }

  /** Sends the trailers, if there are any, and the end. */
  void end(Headers trailers) throws IOException {
    requireOpen();
    if (!discardBody && bodyLength.isPresent() && bodyBytes != bodyLength.getAsLong()) {
      throw new IOException(
          "the body has "
              + bodyBytes
              + " bytes, but content-length announces "
              + bodyLength.getAsLong()
              + "; write the rest, or reset the session");
    }
    if (trailers.isEmpty()) {
      write(true, NOTHING, NOTHING);
    } else {
      send(true, section(trailers), NOTHING);
    }
    phase = Phase.ENDED;
  }

  private void requireOpen() throws IOException {
    switch (phase) {
      case HEADERS ->
          throw new IllegalStateException("respond() with a final response before its body");
      case ENDED -> throw new IOException("this direction has ended; nothing can follow its end");
      case TORN -> throw tornBefore();
      case BODY -> {}
    }
  }

  private void requireNotStarted() throws IOException {
    switch (phase) {
      case HEADERS -> {}
      case TORN -> throw tornBefore();
      case BODY, ENDED ->
          throw new IllegalStateException(
              "a final response was sent already; write its body with bodyWriter(), end it with"
                  + " finish(), or give it up with reset()");
    }
  }

  /** What the peer or the connection did is told again; for the rest the direction is torn. */
  private IOException tornBefore() {
    return tornBy instanceof Http3Exception known
        ? known
        : new IOException("this direction was given up when an earlier write failed", tornBy);
  }

  private static ByteBuilder section(Headers fields) {
    ByteBuilder out = new ByteBuilder();
    int mark = FrameWriter.begin(FrameType.HEADERS, out);
    FieldSectionEncoder.encode(fields.fields(), out);
    FrameWriter.end(mark, out);
    return out;
  }

  private void send(boolean fin, ByteBuilder head, ByteBuffer body) throws IOException {
    write(fin, ByteBuffer.wrap(head.array(), 0, head.size()), body);
  }

  private void write(boolean fin, ByteBuffer head, ByteBuffer body) throws IOException {
    boolean whole = false;
    try {
      quic.write(fin, head, body);
      whole = true;
    } catch (IOException e) {
      tornBy = e;
      throw e;
    } finally {
      if (!whole) {
        phase = Phase.TORN;
        quic.reset(codeWhenTorn);
      }
    }
  }
}
