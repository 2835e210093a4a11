package dev.heddle.http3.session;

import dev.heddle.Headers;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** This side's body as a stream. One writer at a time. */
final class BodyWriter extends OutputStream {
  private final RequestStream stream;
  private final Runnable requireBytes;
  private final End end;
  private boolean failed; // only the writer looks at it

  /** Ends the direction. */
  interface End {
    void with(Headers trailers) throws IOException;
  }

  BodyWriter(RequestStream stream, Runnable requireBytes, End end) {
    this.stream = stream;
    this.requireBytes = requireBytes;
    this.end = end;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireBytes.run();
    try {
      stream.write(bytes, offset, length);
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
    if (!failed && !stream.sent()) {
      end.with(Headers.empty());
    }
  }
}
