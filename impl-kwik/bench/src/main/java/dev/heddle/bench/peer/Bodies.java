package dev.heddle.bench.peer;

import dev.heddle.bench.load.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** The two sides of a body, the same for every peer whose bodies are streams of {@code java.io}. */
final class Bodies {
  private Bodies() {}

  /** Reads a body to its end, without the 16 KiB that {@code readAllBytes} allocates first. */
  static byte[] readSmall(InputStream in, int likelyBytes) throws IOException {
    byte[] buffer = new byte[likelyBytes + 1];
    int length = 0;
    while (true) {
      int n = in.read(buffer, length, buffer.length - length);
      if (n < 0) {
        return Arrays.copyOf(buffer, length);
      }
      length += n;
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * length);
      }
    }
  }

  /** Counts and checks a body until it ends or the deadline has passed. */
  static long count(InputStream in, long deadline) throws IOException {
    byte[] buffer = new byte[Payload.CHUNK_BYTES];
    long total = 0;
    int n;
    while ((n = in.read(buffer, 0, buffer.length)) >= 0) {
      Payload.check(total, buffer, n);
      total += n;
      if (System.nanoTime() - deadline > 0) {
        break;
      }
    }
    return total;
  }

  /** Writes a body until it is whole or the deadline has passed, and says how much that was. */
  static long write(OutputStream out, long total, long deadline) throws IOException {
    long sent = 0;
    while (sent < total && System.nanoTime() - deadline < 0) {
      int n = Payload.next(sent, total);
      out.write(Payload.chunk(), 0, n);
      sent += n;
    }
    return sent;
  }
}
