package dev.heddle.http3.wire;

/** The capsules that Heddle speaks (RFC 9297 §3.5, draft-ietf-masque-h3-datagram-04 §4.4). */
public enum CapsuleType {
  DATAGRAM(0x00),
  REGISTER_DATAGRAM_CONTEXT(0xff37a1),
  REGISTER_DATAGRAM_NO_CONTEXT(0xff37a2),
  CLOSE_DATAGRAM_CONTEXT(0xff37a3),
  /** A type that Heddle does not know, GREASE included: the application's, or to be skipped. */
  UNKNOWN(-1);

  private final long code;

  CapsuleType(long code) {
    this.code = code;
  }

  /** The number on the wire; -1 for {@link #UNKNOWN}. */
  public long code() {
    return code;
  }

  /** The capsule type with this number. */
  public static CapsuleType of(long code) {
    if (code > CLOSE_DATAGRAM_CONTEXT.code) {
      return UNKNOWN;
    }
    return switch ((int) code) {
      case 0x00 -> DATAGRAM;
      case 0xff37a1 -> REGISTER_DATAGRAM_CONTEXT;
      case 0xff37a2 -> REGISTER_DATAGRAM_NO_CONTEXT;
      case 0xff37a3 -> CLOSE_DATAGRAM_CONTEXT;
      default -> UNKNOWN;
    };
  }
}
