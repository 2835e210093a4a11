package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.IOException;

/** The status code asked for, without a body. */
final class Status implements Endpoint {
  @Override
  public void answer(Session session, Query query) throws IOException, BadRequestException {
    int code = (int) query.number("code", 200, 599);
    session.respond(Headers.status(code), new byte[0]);
  }
}
