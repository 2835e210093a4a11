package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.IOException;
import java.util.Optional;

/** Full duplex: the response begins at once, and every byte goes back as it comes. */
final class Echo implements Endpoint {
  @Override
  public void answer(Session session, Query query) throws IOException, InterruptedException {
    Headers response = Headers.status(200);
    Optional<String> contentType = session.headers().first("content-type");
    if (contentType.isPresent()) {
      response = response.with("content-type", contentType.get());
    }
    session.respond(response);
    session.bodyReader().transferTo(session.bodyWriter());
    session.finish(session.trailers());
  }
}
