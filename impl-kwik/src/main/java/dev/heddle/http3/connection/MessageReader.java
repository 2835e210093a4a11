package dev.heddle.http3.connection;

import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionTooLargeException;
import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.ByteSource;
import dev.heddle.http3.wire.FrameReader;
import dev.heddle.http3.wire.FrameType;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The receiving half of a request stream: header section, body, trailers, in this order and by the
 * rules of RFC 9114 §4.1. One reader at a time, which holds the stream's turn. A call that was
 * interrupted can be made again.
 */
final class MessageReader {
  private enum Phase {
    HEADERS,
    BODY,
    TRAILERS,
    DONE
  }

  private static final int FREE_ODDITIES = 8;
  private static final long ANY_LENGTH = -1;

  private final FrameReader frames;
  private final ConnectionRules rules;
  private final Headers
      request; // on a client what was asked; null on a server, which is to learn it
  private volatile List<Headers> informational = List.of();
  private volatile Headers headers;
  private volatile boolean done;
  private Phase phase = Phase.HEADERS;
  private FrameType frame; // what next() found and nobody has finished, or null
  private boolean insideData;
  private int oddities;
  private Headers trailers = Headers.empty();
  private MessageKind kind;
  private long bodyLength = ANY_LENGTH;
  private long bodyBytes;
  private final AheadBytes ahead = new AheadBytes();

  MessageReader(ByteSource source, ConnectionRules rules, Headers request) {
    this.frames = new FrameReader(new BufferedByteSource(source));
    this.rules = rules;
    this.request = request;
  }

  /** The interim responses so far. Any thread. */
  List<Headers> informational() {
    return informational;
  }

  /** The final header section, or null if it is not there yet. Any thread. */
  Headers headersSoFar() {
    return headers;
  }

  /** Whether the message was read to its end. Any thread. */
  boolean done() {
    return done;
  }

  /** Waits for the request, or for the final response. */
  Headers headers() throws IOException {
    while (phase == Phase.HEADERS) {
      step();
    }
    return headers;
  }

  /**
   * Waits for bytes of the body.
   *
   * @return bytes read, or -1 at the end of the message
   */
  int read(byte[] buffer, int offset, int length) throws IOException {
    if (!ahead.isEmpty()) {
      return ahead.read(buffer, offset, length);
    }
    if (!toBody()) {
      done = true;
      return -1;
    }
    return frames.read(buffer, offset, length);
  }

  /** Checks the message to its end, or until as many body bytes wait to be read as there may. */
  void lookAhead() throws IOException {
    while (!ahead.isFull() && toBody()) {
      ahead.fill(frames);
    }
  }

  /** Goes to the next bytes of the body; false at the end of the message. */
  private boolean toBody() throws IOException {
    headers();
    while (phase != Phase.DONE) {
      if (insideData && frames.remaining() > 0) {
        return true;
      }
      insideData = false;
      step();
    }
    return false;
  }

  /** The trailers of a message that was read to its end. */
  Headers trailers() {
    if (!done) {
      throw new IllegalStateException(
          "the trailers come after the body: read bodyReader() until it says -1 first");
    }
    return trailers;
  }

  /** Takes the next frame, or the one that an interrupted call left half-way. */
  private void step() throws IOException {
    if (frame == null) {
      frame = frames.next();
    }
    switch (frame) {
      case HEADERS -> {
        if (phase == Phase.HEADERS) {
          header(fields());
        } else {
          trailer();
        }
      }
      case DATA -> data();
      case END -> end();
      case UNKNOWN -> oddity();
      case PUSH_PROMISE -> throw pushed();
      // RFC 9114 §7.2.3, §7.2.4, §7.2.6, §7.2.7: these belong on the control stream
      // RFC 9218 §7.2: and so does PRIORITY_UPDATE
      case CANCEL_PUSH,
          SETTINGS,
          GOAWAY,
          MAX_PUSH_ID,
          PRIORITY_UPDATE_REQUEST,
          PRIORITY_UPDATE_PUSH ->
          throw unexpected(frame + " on a request stream");
    }
    frame = null;
  }

  /** Counts what is legal and useless, once a stream has more of it than GREASE explains. */
  private void oddity() throws ProtocolException {
    if (++oddities > FREE_ODDITIES) {
      rules.frames().count();
    }
  }

  private void header(Headers fields) throws ProtocolException {
    String fault =
        request == null
            ? MessageRules.faultInRequest(fields)
            : MessageRules.faultInResponse(fields);
    if (fault == null) {
      // RFC 9297 §3.2: content-length, content-type and some statuses exclude capsules
      fault =
          request == null
              ? CapsuleRules.faultInRequest(fields)
              : successful(fields) ? CapsuleRules.faultInResponse(request, fields) : null;
    }
    if (fault != null) {
      throw ReceivedFields.malformed(fault);
    }
    if (request != null && fields.status().orElseThrow() < 200) {
      interim(fields);
      return;
    }
    kind =
        request == null ? MessageKind.ofRequest(fields) : MessageKind.ofResponse(request, fields);
    bodyLength = kind.bodyLength(fields).orElse(ANY_LENGTH);
    phase = Phase.BODY;
    headers = fields;
  }

  private static boolean successful(Headers response) {
    return response.status().orElseThrow() / 100 == 2;
  }

  private void interim(Headers fields) throws ProtocolException {
    if (informational.size() == rules.limits().maxInterimResponses()) {
      throw ProtocolException.stream(H3Error.H3_EXCESSIVE_LOAD, "too many interim responses");
    }
    List<Headers> longer = new ArrayList<>(informational);
    longer.add(fields);
    informational = List.copyOf(longer);
  }

  private void data() throws ProtocolException {
    if (phase == Phase.HEADERS) {
      // RFC 9114 §4.1: a message starts with a header section
      throw unexpected("DATA before HEADERS");
    }
    if (phase == Phase.TRAILERS) {
      // RFC 9114 §4.1: nothing but unknown frames follows the trailers
      throw unexpected("DATA after the trailers");
    }
    if (frames.length() == 0) {
      oddity();
    }
    insideData = true;
    bodyBytes += frames.length();
    // RFC 9114 §4.1.2: content-length equals the sum of the DATA frames, else it is malformed
    if (bodyLength != ANY_LENGTH && bodyBytes > bodyLength || bodyBytes < 0) {
      throw ReceivedFields.malformed(
          kind == MessageKind.NO_BODY
              ? "a body where there is none"
              : "a body longer than its content-length");
    }
  }

  private void trailer() throws IOException {
    if (phase == Phase.TRAILERS) {
      // RFC 9114 §4.1: there is one trailer section at most
      throw unexpected("HEADERS after the trailers");
    }
    if (kind == MessageKind.TUNNEL) {
      // RFC 9114 §4.4: a CONNECT stream carries DATA frames only
      throw unexpected("HEADERS on a CONNECT stream");
    }
    Headers fields = fields();
    String fault = MessageRules.faultInTrailers(fields);
    if (fault != null) {
      throw ReceivedFields.malformed(fault);
    }
    trailers = fields;
    phase = Phase.TRAILERS;
  }

  private void end() throws ProtocolException {
    if (phase == Phase.HEADERS) {
      throw incomplete();
    }
    // RFC 9114 §4.1.2: content-length equals the sum of the DATA frames, else it is malformed
    if (kind != MessageKind.NO_BODY && bodyLength != ANY_LENGTH && bodyBytes != bodyLength) {
      throw ReceivedFields.malformed("a body shorter than its content-length");
    }
    phase = Phase.DONE;
  }

  private Headers fields() throws IOException {
    return frames.payload(
        rules.limits().maxFieldSectionBytes(),
        () ->
            new FieldSectionTooLargeException(
                "a field section of " + frames.remaining() + " encoded bytes"),
        rules.fields());
  }

  private ProtocolException incomplete() {
    // RFC 9114 §4.1: a request stream that ends without a request is H3_REQUEST_INCOMPLETE
    return request == null
        ? ProtocolException.stream(H3Error.H3_REQUEST_INCOMPLETE, "stream ended without a request")
        : ReceivedFields.malformed("stream ended without a final response");
  }

  private ProtocolException pushed() {
    // RFC 9114 §7.2.5: a client sends no PUSH_PROMISE, and a server none beyond MAX_PUSH_ID, which
    // Heddle never sends
    return request == null
        ? unexpected("PUSH_PROMISE from a client")
        : ProtocolException.connection(H3Error.H3_ID_ERROR, "PUSH_PROMISE beyond MAX_PUSH_ID");
  }

  private static ProtocolException unexpected(String what) {
    return ProtocolException.connection(H3Error.H3_FRAME_UNEXPECTED, what);
  }
}
