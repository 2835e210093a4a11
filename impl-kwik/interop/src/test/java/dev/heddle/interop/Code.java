package dev.heddle.interop;

/**
 * The error codes of RFC 9114 section 8.1, RFC 9204 section 6 and RFC 9297 section 5.2, as the
 * specifications say.
 */
final class Code {
  static final long H3_DATAGRAM_ERROR = 0x33;
  static final long H3_NO_ERROR = 0x100;
  static final long H3_GENERAL_PROTOCOL_ERROR = 0x101;
  static final long H3_INTERNAL_ERROR = 0x102;
  static final long H3_STREAM_CREATION_ERROR = 0x103;
  static final long H3_CLOSED_CRITICAL_STREAM = 0x104;
  static final long H3_FRAME_UNEXPECTED = 0x105;
  static final long H3_FRAME_ERROR = 0x106;
  static final long H3_EXCESSIVE_LOAD = 0x107;
  static final long H3_ID_ERROR = 0x108;
  static final long H3_SETTINGS_ERROR = 0x109;
  static final long H3_MISSING_SETTINGS = 0x10a;
  static final long H3_REQUEST_REJECTED = 0x10b;
  static final long H3_REQUEST_CANCELLED = 0x10c;
  static final long H3_REQUEST_INCOMPLETE = 0x10d;
  static final long H3_MESSAGE_ERROR = 0x10e;
  static final long QPACK_DECOMPRESSION_FAILED = 0x200;
  static final long QPACK_ENCODER_STREAM_ERROR = 0x201;
  static final long QPACK_DECODER_STREAM_ERROR = 0x202;

  private Code() {}
}
