package dev.heddle.bench.load;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Small echoes in a closed loop: a new one starts when one has come back.
 *
 * @param inFlight how many are under way at once
 * @param count how many at most
 * @param limit after which time no further one starts
 * @param bodyBytes the size of each body, at least 8
 */
public record EchoLoad(int inFlight, int count, Duration limit, int bodyBytes) {
  /** The body size of the table's rows. */
  public static final int SMALL = 100;

  /** The body of one echo. No two are alike, so that an answer to another request is noticed. */
  public byte[] body(int index) {
    byte[] body = new byte[bodyBytes];
    ByteBuffer.wrap(body).putLong(0x9e3779b97f4a7c15L * (index + 1));
    for (int i = 8; i < bodyBytes; i++) {
      body[i] = (byte) (i + index);
    }
    return body;
  }
}
