package dev.heddle;

import java.util.Map;

/**
 * An application error code of QUIC as HTTP/3 uses it, with which a stream is reset or a connection
 * closed. Codes that have no name here are kept as they came.
 *
 * @param value the code, 0 to 2^62-1
 * @spec https://www.rfc-editor.org/rfc/rfc9114#section-8.1 RFC 9114 section 8.1
 */
public record ErrorCode(long value) {
  /** H3_DATAGRAM_ERROR (0x33): datagrams or capsules that are wrong. */
  public static final ErrorCode H3_DATAGRAM_ERROR = new ErrorCode(0x33);

  /** Nothing went wrong: the stream or connection is no longer wanted. */
  public static final ErrorCode H3_NO_ERROR = new ErrorCode(0x100);

  /** The peer broke the protocol in a way that no other code describes. */
  public static final ErrorCode H3_GENERAL_PROTOCOL_ERROR = new ErrorCode(0x101);

  /** Something failed inside the sender of this code. */
  public static final ErrorCode H3_INTERNAL_ERROR = new ErrorCode(0x102);

  /** The peer opened a stream that the sender of this code does not accept. */
  public static final ErrorCode H3_STREAM_CREATION_ERROR = new ErrorCode(0x103);

  /** A stream that must stay open for the connection's whole life was closed. */
  public static final ErrorCode H3_CLOSED_CRITICAL_STREAM = new ErrorCode(0x104);

  /** A frame came where it is not allowed. */
  public static final ErrorCode H3_FRAME_UNEXPECTED = new ErrorCode(0x105);

  /** A frame was not laid out as its type demands. */
  public static final ErrorCode H3_FRAME_ERROR = new ErrorCode(0x106);

  /** The peer makes work or memory grow in a way that looks like an attack. */
  public static final ErrorCode H3_EXCESSIVE_LOAD = new ErrorCode(0x107);

  /** A stream id or push id was used in a wrong way. */
  public static final ErrorCode H3_ID_ERROR = new ErrorCode(0x108);

  /** The SETTINGS frame has a fault in its content. */
  public static final ErrorCode H3_SETTINGS_ERROR = new ErrorCode(0x109);

  /** The control stream did not begin with SETTINGS. */
  public static final ErrorCode H3_MISSING_SETTINGS = new ErrorCode(0x10a);

  /** The server did nothing with the request, so it is safe to send it again. */
  public static final ErrorCode H3_REQUEST_REJECTED = new ErrorCode(0x10b);

  /** The request or its response is no longer wanted. */
  public static final ErrorCode H3_REQUEST_CANCELLED = new ErrorCode(0x10c);

  /** The client's stream ended before the request was whole. */
  public static final ErrorCode H3_REQUEST_INCOMPLETE = new ErrorCode(0x10d);

  /** A message is malformed (RFC 9114 section 4.1.2). */
  public static final ErrorCode H3_MESSAGE_ERROR = new ErrorCode(0x10e);

  /** The connection behind a CONNECT request failed. */
  public static final ErrorCode H3_CONNECT_ERROR = new ErrorCode(0x10f);

  /** The request must be made again over HTTP/1.1. */
  public static final ErrorCode H3_VERSION_FALLBACK = new ErrorCode(0x110);

  /** A field section could not be decoded (RFC 9204 section 6). */
  public static final ErrorCode QPACK_DECOMPRESSION_FAILED = new ErrorCode(0x200);

  /** The peer's QPACK encoder stream has a fault (RFC 9204 section 6). */
  public static final ErrorCode QPACK_ENCODER_STREAM_ERROR = new ErrorCode(0x201);

  /** The peer's QPACK decoder stream has a fault (RFC 9204 section 6). */
  public static final ErrorCode QPACK_DECODER_STREAM_ERROR = new ErrorCode(0x202);

  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(0x33L, "H3_DATAGRAM_ERROR"),
          Map.entry(0x100L, "H3_NO_ERROR"),
          Map.entry(0x101L, "H3_GENERAL_PROTOCOL_ERROR"),
          Map.entry(0x102L, "H3_INTERNAL_ERROR"),
          Map.entry(0x103L, "H3_STREAM_CREATION_ERROR"),
          Map.entry(0x104L, "H3_CLOSED_CRITICAL_STREAM"),
          Map.entry(0x105L, "H3_FRAME_UNEXPECTED"),
          Map.entry(0x106L, "H3_FRAME_ERROR"),
          Map.entry(0x107L, "H3_EXCESSIVE_LOAD"),
          Map.entry(0x108L, "H3_ID_ERROR"),
          Map.entry(0x109L, "H3_SETTINGS_ERROR"),
          Map.entry(0x10aL, "H3_MISSING_SETTINGS"),
          Map.entry(0x10bL, "H3_REQUEST_REJECTED"),
          Map.entry(0x10cL, "H3_REQUEST_CANCELLED"),
          Map.entry(0x10dL, "H3_REQUEST_INCOMPLETE"),
          Map.entry(0x10eL, "H3_MESSAGE_ERROR"),
          Map.entry(0x10fL, "H3_CONNECT_ERROR"),
          Map.entry(0x110L, "H3_VERSION_FALLBACK"),
          Map.entry(0x200L, "QPACK_DECOMPRESSION_FAILED"),
          Map.entry(0x201L, "QPACK_ENCODER_STREAM_ERROR"),
          Map.entry(0x202L, "QPACK_DECODER_STREAM_ERROR"));

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the value is negative or above 2^62-1
   */
  public ErrorCode {
    if (value < 0 || value >= 1L << 62) {
      throw new IllegalArgumentException("an error code is 0 to 2^62-1: " + value);
    }
  }

  /**
   * The code's name.
   *
   * @return the name in the specification, or {@code unknown} for a code that has none here
   */
  public String name() {
    return NAMES.getOrDefault(value, "unknown");
  }

  /** Name and number, for example {@code H3_NO_ERROR (0x100)}. */
  @Override
  public String toString() {
    return name() + " (0x" + Long.toHexString(value) + ")";
  }
}
