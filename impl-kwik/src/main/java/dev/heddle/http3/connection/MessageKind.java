package dev.heddle.http3.connection;

import dev.heddle.Headers;
import java.util.OptionalLong;

/** What a received final header section means for the body behind it. */
enum MessageKind {
  /** A body, as long as content-length says if there is one. */
  BODY,
  /** A response that never has a body, whatever its content-length says. */
  NO_BODY,
  /** The bytes of a tunnel: DATA frames only, of any length (RFC 9114 §4.4). */
  TUNNEL;

  /** The kind of a request. */
  static MessageKind ofRequest(Headers request) {
    return connects(request) ? TUNNEL : BODY;
  }

  /** The kind of the final response to a request. */
  static MessageKind ofResponse(Headers request, Headers response) {
    int status = response.status().orElseThrow();
    if (connects(request) && status / 100 == 2) {
      return TUNNEL;
    }
    return asksForHead(request) || MessageRules.bodiless(status) ? NO_BODY : BODY;
  }

  /** The announced length, where it counts. */
  OptionalLong bodyLength(Headers message) {
    return switch (this) {
      case BODY -> message.contentLength();
      case NO_BODY -> OptionalLong.of(0);
      case TUNNEL -> OptionalLong.empty();
    };
  }

  /** Whether a request is an Extended CONNECT (RFC 9220). */
  static boolean extendedConnect(Headers request) {
    return connects(request) && request.protocol().isPresent();
  }

  /** Whether a request is one whose response has no body for that reason alone. */
  static boolean asksForHead(Headers request) {
    return "HEAD".equals(request.method().orElse(null));
  }

  static boolean connects(Headers request) {
    return "CONNECT".equals(request.method().orElse(null));
  }
}
