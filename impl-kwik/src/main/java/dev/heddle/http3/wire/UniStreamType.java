package dev.heddle.http3.wire;

/** What a unidirectional stream is for, from the integer at its start (RFC 9114 §6.2). */
public enum UniStreamType {
  CONTROL(0x00),
  PUSH(0x01),
  QPACK_ENCODER(0x02),
  QPACK_DECODER(0x03),
  /** A type that the core protocol does not know: an extension's, or GREASE. */
  UNKNOWN(-1);

  private final long code;

  UniStreamType(long code) {
    this.code = code;
  }

  /** The number on the wire; -1 for {@link #UNKNOWN}. */
  public long code() {
    return code;
  }

  /** The stream type with this number. */
  public static UniStreamType of(long code) {
    if (code > QPACK_DECODER.code) {
      return UNKNOWN;
    }
    return switch ((int) code) {
      case 0x00 -> CONTROL;
      case 0x01 -> PUSH;
      case 0x02 -> QPACK_ENCODER;
      case 0x03 -> QPACK_DECODER;
      default -> UNKNOWN;
    };
  }
}
