package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.StreamResetException;
import java.io.IOException;

/** Bytes without end. A write waits while the client does not read, and ends when it stops. */
final class Forever implements Endpoint {
  private static final int BLOCK_BYTES = 16_384;

  @Override
  public void answer(Session session, Query query) throws IOException, InterruptedException {
    session.respond(Headers.status(200).with("content-type", "application/octet-stream"));
    byte[] block = new byte[BLOCK_BYTES];
    try {
      while (Answers.wantBody(session)) {
        session.bodyWriter().write(block);
      }
    } catch (StreamResetException e) {
      // The client has seen enough. That is how this one ends, and no fault of anybody.
    }
  }
}
