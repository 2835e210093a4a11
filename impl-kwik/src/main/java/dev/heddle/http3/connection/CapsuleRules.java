package dev.heddle.http3.connection;

import dev.heddle.HeaderField;
import dev.heddle.Headers;

/**
 * What the messages of a request may hold whose data stream carries capsules (RFC 9297 §3.2). Each
 * check says what is wrong, or null. Stateless.
 */
public final class CapsuleRules {
  private CapsuleRules() {}

  /** For a request that says itself that it uses capsules. */
  static String faultInRequest(Headers request) {
    return MessageKind.extendedConnect(request) && request.capsuleProtocol()
        ? faultInFields(request)
        : null;
  }

  /** For the final response to a request, if it says itself that it uses capsules. */
  static String faultInResponse(Headers request, Headers response) {
    return MessageKind.extendedConnect(request) && response.capsuleProtocol()
        ? faultInUse(response)
        : null;
  }

  /** For a message whose data stream carries capsules, whatever the message says itself. */
  public static String faultInUse(Headers message) {
    int status = message.status().orElse(200);
    // RFC 9297 §3.2: 204, 205 and 206 have no place where capsules are
    return status >= 204 && status <= 206
        ? "status " + status + " where capsules are used"
        : faultInFields(message);
  }

  private static String faultInFields(Headers message) {
    for (HeaderField field : message.fields()) {
      // RFC 9297 §3.2: these fields have no place where capsules are
      if (field.name().equals("content-length") || field.name().equals("content-type")) {
        return "the field " + field.name() + " where capsules are used";
      }
    }
    return null;
  }
}
