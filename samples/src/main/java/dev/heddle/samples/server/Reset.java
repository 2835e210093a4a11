package dev.heddle.samples.server;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.IOException;

/** A response that breaks off: one byte, then a reset with the error code asked for. */
final class Reset implements Endpoint {
  private static final long LARGEST_CODE = (1L << 62) - 1;

  // RFC 9000 §3.2: a reset makes the receiver drop what it has not read, the status included. The
  // transport has no way to tell when that was read, so this is long for a busy machine.
  private static final long HEAD_START_MILLIS = 250;

  @Override
  public void answer(Session session, Query query)
      throws IOException, InterruptedException, BadRequestException {
    ErrorCode code = new ErrorCode(query.number("code", 0, LARGEST_CODE));
    session.respond(Headers.status(200));
    if (Answers.wantBody(session)) {
      session.bodyWriter().write('.');
    }
    Thread.sleep(HEAD_START_MILLIS);
    session.reset(code);
  }
}
