package dev.heddle.http3.wire;

/**
 * The frames of RFC 9114 §7.2 and RFC 9218 §7.2, and the two other things that a {@link
 * FrameReader} can find.
 */
public enum FrameType {
  DATA(0x00),
  HEADERS(0x01),
  CANCEL_PUSH(0x03),
  SETTINGS(0x04),
  PUSH_PROMISE(0x05),
  GOAWAY(0x07),
  MAX_PUSH_ID(0x0d),
  /** PRIORITY_UPDATE for a request stream (RFC 9218 §7.2). */
  PRIORITY_UPDATE_REQUEST(0xf0700),
  /** PRIORITY_UPDATE for a push. */
  PRIORITY_UPDATE_PUSH(0xf0701),
  /** A frame that Heddle does not know, GREASE included; to be skipped. */
  UNKNOWN(-1),
  /** No frame: the stream ended cleanly, between two frames. */
  END(-1);

  private final long code;

  FrameType(long code) {
    this.code = code;
  }

  /** The number on the wire; -1 for the two constants that have none. */
  public long code() {
    return code;
  }

  /** The frame type with this number. */
  public static FrameType of(long code) {
    if (code > PRIORITY_UPDATE_PUSH.code) {
      return UNKNOWN;
    }
    return switch ((int) code) {
      case 0x00 -> DATA;
      case 0x01 -> HEADERS;
      case 0x03 -> CANCEL_PUSH;
      case 0x04 -> SETTINGS;
      case 0x05 -> PUSH_PROMISE;
      case 0x07 -> GOAWAY;
      case 0x0d -> MAX_PUSH_ID;
      case 0xf0700 -> PRIORITY_UPDATE_REQUEST;
      case 0xf0701 -> PRIORITY_UPDATE_PUSH;
      default -> UNKNOWN; // RFC 9114 §9: unknown types are no error, they are skipped
    };
  }

  /** Whether this is an HTTP/2 frame type that has no meaning in HTTP/3 and must never come. */
  static boolean isReserved(long code) {
    return code == 0x02 || code == 0x06 || code == 0x08 || code == 0x09;
  }
}
