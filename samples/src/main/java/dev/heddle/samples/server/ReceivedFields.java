package dev.heddle.samples.server;

import dev.heddle.HeaderField;
import dev.heddle.Session;
import java.io.IOException;

/** Every field of the request as it came, pseudo-fields too, one a line. */
final class ReceivedFields implements Endpoint {
  @Override
  public void answer(Session session, Query query) throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    for (HeaderField field : session.headers()) {
      text.append(field.name()).append(": ").append(field.value()).append('\n');
    }
    Answers.text(session, 200, text.toString());
  }
}
