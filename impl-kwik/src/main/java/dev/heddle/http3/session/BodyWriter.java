package dev.heddle.http3.session;

import dev.heddle.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** This side's body as a stream. One writer at a time. */
final class BodyWriter extends OutputStream {
  private final RequestSession session;
  private boolean failed; // only the writer looks at it

  BodyWriter(RequestSession session) {
    this.session = session;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    session.requireBytes();
    try {
      session.requestStream().write(bytes, offset, length);
    } catch (IOException e) {
      failed = true;
      throw e;
    }
  }

  /**
   * Ends the body. After a failed write it does nothing: half a body is no body, and who uses this
   * in a try block gets the failure of the write, alone.
   */
  @Override
  public void close() throws IOException {
    if (!failed && !session.requestStream().sent()) {
      session.endSending(Headers.empty());
    }
  }
}
