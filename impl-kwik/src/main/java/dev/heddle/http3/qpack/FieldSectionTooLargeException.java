package dev.heddle.http3.qpack;

import java.io.IOException;

/**
 * A field section over our limit: legal, but refused. What follows is the caller's choice: a server
 * may answer 431, a client gives up the response. The connection and its QPACK state are intact.
 */
public final class FieldSectionTooLargeException extends IOException {
  public FieldSectionTooLargeException(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
