package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers that more than one endpoint gives. */
final class Answers {
  private Answers() {}

  /** Sends a whole response of plain text; to a HEAD request without the text. */
  static void text(Session session, int status, String text) throws IOException {
    text(session, Headers.status(status), text);
  }

  /** Sends a whole response of plain text, with fields of the caller's. */
  static void text(Session session, Headers response, String text) throws IOException {
    // Field values are octets, one char each: ISO 8859-1 gives back the octets that came.
    byte[] body = text.getBytes(StandardCharsets.ISO_8859_1);
    session.respond(
        response
            .with("content-type", "text/plain")
            .with("content-length", Integer.toString(body.length)),
        body);
  }

  /** Tells whether the request wants a body: every one but HEAD does. */
  static boolean wantBody(Session session) throws IOException, InterruptedException {
    return !session.headers().method().orElse("").equals("HEAD");
  }
}
