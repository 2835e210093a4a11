package dev.heddle.http3.connection;

import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionEncoder;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Checks what this side is about to send, so that a program's mistake is refused with a sentence
 * and never becomes a malformed message. Any thread.
 */
public final class OutgoingMessage {
  private static final Duration PATIENCE = Duration.ofMillis(20);

  /** Methods whose requests have no body as a rule (RFC 9110 §9.3). */
  private static final Set<String> WITHOUT_BODY =
      Set.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE");

  private final Http3Connection connection;
  private final Headers request;

  private OutgoingMessage(Http3Connection connection, Headers request) {
    this.connection = connection;
    this.request = request;
  }

  /** For a request; refuses one that is not legal. */
  public static OutgoingMessage request(Http3Connection connection, Headers request) {
    refuse(MessageRules.faultInRequest(request), "these fields make no request: ");
    refuse(CapsuleRules.faultInRequest(request), "these fields make no request: ");
    OutgoingMessage message = new OutgoingMessage(connection, request);
    message.requireRoom(request);
    return message;
  }

  /** For the responses to a request that was received. */
  public static OutgoingMessage responses(Http3Connection connection, Headers request) {
    return new OutgoingMessage(connection, request);
  }

  /**
   * A legal final response as it goes out: one of 2xx gets capsule-protocol where the Extended
   * CONNECT that it answers has it.
   */
  public Headers completed(Headers response) {
    boolean successful = response.status().orElseThrow() / 100 == 2;
    // RFC 9297 §3.4: no capsule-protocol on responses outside 2xx
    if (!successful && !response.all("capsule-protocol").isEmpty()) {
      throw new IllegalArgumentException("capsule-protocol belongs on responses of 2xx only");
    }
    Headers completed =
        successful
                && request.capsuleProtocol()
                && MessageKind.extendedConnect(request)
                && response.all("capsule-protocol").isEmpty()
            ? response.withCapsuleProtocol()
            : response;
    refuse(CapsuleRules.faultInResponse(request, completed), "these fields make no response: ");
    return completed;
  }

  /** Whether the request is one that can have datagrams and capsules: an Extended CONNECT. */
  public boolean extendedConnect() {
    return MessageKind.extendedConnect(request);
  }

  /** What the request's {@code :protocol} says, if it is an Extended CONNECT. */
  public Optional<String> protocol() {
    return request.protocol();
  }

  /** Whether a response is an interim one; refuses one that is not legal. */
  public boolean isInterim(Headers response) {
    refuse(MessageRules.faultInResponse(response), "these fields make no response: ");
    requireNoLength(response);
    requireRoom(response);
    return response.status().orElseThrow() < 200;
  }

  private void requireNoLength(Headers response) {
    int status = response.status().orElseThrow();
    boolean tunnel = connects() && status / 100 == 2;
    // RFC 9110 §8.6: no content-length in 1xx, 204, and 2xx to CONNECT
    if ((status < 200 || status == 204 || tunnel) && !response.all("content-length").isEmpty()) {
      throw new IllegalArgumentException(
          "a response with status "
              + status
              + " has no content-length here (RFC 9110 section 8.6)");
    }
  }

  /** How long the body of a legal final response may be, if that is fixed. */
  public OptionalLong bodyLength(Headers response) {
    if (response.status().orElseThrow() == 205) {
      return OptionalLong.of(0); // RFC 9110 §15.3.6: no content is generated
    }
    return MessageKind.ofResponse(request, response).bodyLength(response);
  }

  /** How long the body of the request may be, if that is fixed. */
  public OptionalLong bodyLength() {
    return MessageKind.ofRequest(request).bodyLength(request);
  }

  /** Whether the request is a CONNECT of either kind. */
  public boolean connects() {
    return MessageKind.connects(request);
  }

  /**
   * For how long a server that answers without having read its request waits for the rest of it: an
   * end that follows the headers in a packet of its own is on its way, so that what is wrong with
   * the request is found before it is answered.
   *
   * @param whole whether the response needs no more of the request
   */
  public Duration patience(boolean whole) {
    boolean bodyExpected =
        request.contentLength().isPresent()
            ? request.contentLength().getAsLong() > 0
            : !WITHOUT_BODY.contains(request.method().orElse(""));
    // A client that streams, or waits for the response in mid-body, is not to be kept waiting.
    boolean waits = connects() || bodyExpected && !whole || !request.all("expect").isEmpty();
    return waits ? Duration.ZERO : PATIENCE;
  }

  /** Whether the body of a response is dropped because the request was HEAD. */
  public boolean discardsBody() {
    return MessageKind.asksForHead(request);
  }

  /**
   * Checks a whole response.
   *
   * @return the body to send
   */
  public byte[] whole(Headers response, byte[] body) {
    if (isInterim(response)) {
      throw new IllegalArgumentException("an interim response has no body; use respond(Headers)");
    }
    if (discardsBody()) {
      return new byte[0];
    }
    requireLength(bodyLength(response), body.length);
    return body;
  }

  /** Checks the whole body of the request. */
  public void requireBody(byte[] body) {
    requireLength(bodyLength(), body.length);
  }

  /** Refuses trailers that are none. */
  public void requireTrailers(Headers trailers) {
    refuse(MessageRules.faultInTrailers(trailers), "these fields make no trailers: ");
    if (connects() && !trailers.isEmpty()) {
      throw new IllegalArgumentException("a CONNECT stream has no trailers (RFC 9114 section 4.4)");
    }
    requireRoom(trailers);
  }

  private static void requireLength(OptionalLong announced, int actual) {
    if (announced.isPresent() && announced.getAsLong() != actual) {
      throw new IllegalArgumentException(
          "the body has "
              + actual
              + " bytes, but its headers announce or allow "
              + announced.getAsLong());
    }
  }

  private void requireRoom(Headers fields) {
    // RFC 9114 §4.2.2: nothing larger is sent than the peer said it accepts
    OptionalLong most = connection.peerSettingsNow().maxFieldSectionSize();
    if (most.isPresent() && FieldSectionEncoder.size(fields.fields()) > most.getAsLong()) {
      throw new IllegalArgumentException(
          "these fields take "
              + FieldSectionEncoder.size(fields.fields())
              + " bytes (RFC 9114 section 4.2.2), but the peer accepts "
              + most.getAsLong());
    }
  }

  private static void refuse(String fault, String prefix) {
    if (fault != null) {
      throw new IllegalArgumentException(prefix + fault);
    }
  }
}
