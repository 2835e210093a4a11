package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A body and two trailers behind it. */
final class Trailers implements Endpoint {
  @Override
  public void answer(Session session, Query query) throws IOException, InterruptedException {
    session.respond(Headers.status(200).with("content-type", "text/plain"));
    if (Answers.wantBody(session)) {
      session.bodyWriter().write("hello\n".getBytes(StandardCharsets.US_ASCII));
    }
    session.finish(Headers.of("x-one", "1", "x-two", "2"));
  }
}
