package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.IOException;

/** Two interim responses (RFC 8297) that let a client fetch early, then the final one. */
final class Hints implements Endpoint {
  @Override
  public void answer(Session session, Query query) throws IOException {
    session.respond(Headers.status(103).with("link", "</style.css>; rel=preload"));
    session.respond(Headers.status(103).with("link", "</app.js>; rel=preload"));
    Answers.text(session, 200, "ok\n");
  }
}
