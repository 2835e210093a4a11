package dev.heddle.http3.wire;

import java.io.IOException;

/**
 * A source ended inside an element. What that means depends on the stream, so whoever knows the
 * stream turns it into a {@link ProtocolException}.
 */
public final class TruncatedException extends IOException {
  public TruncatedException(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
