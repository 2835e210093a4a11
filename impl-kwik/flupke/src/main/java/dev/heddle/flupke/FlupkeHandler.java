package dev.heddle.flupke;

import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import java.io.UncheckedIOException;
import java.util.Objects;
import tech.kwik.flupke.server.HttpRequestHandler;

/**
 * A {@link SessionHandler} that answers each request with a flupke {@link HttpRequestHandler}, as a
 * flupke server would: a handler that sets no status gives 500, a status without output gives an
 * empty body, and CONNECT gives 501. Unlike flupke it runs every request on a virtual thread of its
 * own, so that the handler may block, keeps several values of a field apart, and sets no limit to
 * the size of a request's body.
 *
 * <p>Immutable; as many requests at once as the server has, so the handler must allow that, which
 * flupke demands of it too.
 */
public final class FlupkeHandler implements SessionHandler {
  private final HttpRequestHandler handler;

  private FlupkeHandler(HttpRequestHandler handler) {
    this.handler = handler;
  }

  /**
   * Mounts a handler.
   *
   * @param handler what answers the requests
   * @return what {@link dev.heddle.Http3Server.Builder#handler} takes
   */
  public static SessionHandler of(HttpRequestHandler handler) {
    return new FlupkeHandler(Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public void handle(Session session) throws Exception {
    Headers request = session.headers();
    if (request.method().orElse("").equals("CONNECT")) {
      session.respond(Headers.status(501), new byte[0]);
      return;
    }
    FlupkeResponse response = new FlupkeResponse(session);
    try {
      handler.handleRequest(new FlupkeRequest(session, request), response);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // what getOutputStream() met, which flupke's type keeps it from throwing
    }
    response.end();
  }
}
