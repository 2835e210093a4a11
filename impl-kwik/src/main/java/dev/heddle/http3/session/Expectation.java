package dev.heddle.http3.session;

import dev.heddle.Headers;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client's wish to be told to go on before it sends its body (RFC 9110 §10.1.1): the first read
 * of the body says so, unless the program has answered. Any thread.
 */
final class Expectation {
  private final RequestStream stream;
  private final AtomicBoolean open;

  /** What a request wishes; nothing for a client, which has no request to answer. */
  Expectation(RequestStream stream, boolean client) {
    this.stream = stream;
    this.open =
        new AtomicBoolean(!client && stream.headersSoFar().map(Expectation::in).orElse(false));
  }

  private static boolean in(Headers request) {
    List<String> wishes = request.all("expect");
    return !wishes.isEmpty() && wishes.stream().anyMatch("100-continue"::equalsIgnoreCase);
  }

  /** The program has sent an interim or the final response itself. */
  void answered() {
    open.set(false);
  }

  /** The program is about to read the body. */
  void reading() {
    if (!open.get() || !open.compareAndSet(true, false)) {
      return;
    }
    try {
      // RFC 9110 §10.1.1: a server sends 100 and does not wait for the body before
      stream.interimIfNotStarted(Headers.status(100));
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt(); // the read that follows ends with it
    } catch (IOException e) {
      // The client wants no response: the read that follows says how it ended, if it did.
    }
  }
}
