package dev.heddle;

/**
 * The server did not process this request and never will on this connection: <b>it is safe to
 * retry</b>, whatever its method, on another connection.
 *
 * <p>Cause is a GOAWAY that does not cover the request's stream, or a reset with {@link
 * ErrorCode#H3_REQUEST_REJECTED}.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9114#section-5.2 RFC 9114 section 5.2
 */
public final class RequestRejectedException extends Http3Exception {
  /**
   * A rejected request.
   *
   * @param message what the server did
   */
  public RequestRejectedException(String message) {
    super(message + "; the request was not processed and is safe to retry", null);
  }
}
