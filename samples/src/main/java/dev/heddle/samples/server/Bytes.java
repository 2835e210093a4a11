package dev.heddle.samples.server;

import dev.heddle.Headers;
import dev.heddle.Session;
import java.io.IOException;
import java.io.OutputStream;

/** As many bytes as asked for, announced by {@code content-length}; byte i is i mod 251. */
final class Bytes implements Endpoint {
  private static final int PERIOD = 251;
  private static final long MOST = 999_999_999_999_999_999L;

  /** Whole periods, so that every write but the last can be the same block. */
  private static final byte[] BLOCK = block();

  @Override
  public void answer(Session session, Query query)
      throws IOException, InterruptedException, BadRequestException {
    long left = query.number("n", 0, MOST);
    session.respond(
        Headers.status(200)
            .with("content-type", "application/octet-stream")
            .with("content-length", Long.toString(left)));
    if (Answers.wantBody(session)) {
      OutputStream body = session.bodyWriter();
      while (left > 0) {
        int n = (int) Math.min(left, BLOCK.length);
        body.write(BLOCK, 0, n);
        left -= n;
      }
      body.close();
    }
  }

  private static byte[] block() {
    byte[] block = new byte[64 * PERIOD];
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) (i % PERIOD);
    }
    return block;
  }
}
