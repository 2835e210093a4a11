package dev.heddle.http3.connection;

import dev.heddle.Headers;
import dev.heddle.http3.qpack.FieldSectionEncoder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Checks what this side is about to send, so that a program's mistake is refused with a sentence
 * and never becomes a malformed message. Any thread.
 */
public final class OutgoingMessage {
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
    requireRoom(response);
    return response.status().orElseThrow() < 200;
  }

  /** How long the body of a legal final response may be, if that is fixed. */
  public OptionalLong bodyLength(Headers response) {
    return MessageKind.ofResponse(request, response).bodyLength(response);
  }

  /** How long the body of the request may be, if that is fixed. */
  public OptionalLong bodyLength() {
    return MessageKind.ofRequest(request).bodyLength(request);
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
    if (MessageKind.connects(request) && !trailers.isEmpty()) {
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
