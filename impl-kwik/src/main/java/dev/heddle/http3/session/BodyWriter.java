package dev.heddle.http3.session;

import dev.heddle.Headers;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** This side's body as a stream. One writer at a time. */
final class BodyWriter extends OutputStream {
  private final RequestStream stream;
  private boolean failed; // only the writer looks at it

  BodyWriter(RequestStream stream) {
    this.stream = stream;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    boolean whole = false;
    try {
      stream.write(bytes, offset, length);
      whole = true;
    } finally {
      failed |= !whole;
    }
  }

  /** Ends the body; after a failed write, which gave the direction up, there is nothing to end. */
  @Override
  public void close() throws IOException {
    if (!failed && !stream.sent()) {
      stream.finish(Headers.empty());
    }
  }
}
