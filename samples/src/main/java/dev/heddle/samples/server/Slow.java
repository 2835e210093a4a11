package dev.heddle.samples.server;

import dev.heddle.Session;
import java.io.IOException;

/** An answer that takes its time. The session has a virtual thread, so it may simply sleep. */
final class Slow implements Endpoint {
  private static final long MOST_MILLIS = 60_000;

  @Override
  public void answer(Session session, Query query)
      throws IOException, InterruptedException, BadRequestException {
    Thread.sleep(query.number("ms", 0, MOST_MILLIS));
    Answers.text(session, 200, "slow\n");
  }
}
