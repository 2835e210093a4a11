package dev.heddle.http3.session;

import dev.heddle.ErrorCode;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The peer's body as a stream. One reader at a time; any thread may close it. */
final class BodyReader extends InputStream {
  private final RequestStream stream;
  private final ErrorCode codeWhenClosed;
  private final Runnable requireBytes;

  BodyReader(RequestStream stream, ErrorCode codeWhenClosed, Runnable requireBytes) {
    this.stream = stream;
    this.codeWhenClosed = codeWhenClosed;
    this.requireBytes = requireBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    requireBytes.run();
    return length == 0 ? 0 : stream.read(buffer, offset, length);
  }

  @Override
  public void close() {
    stream.stop(codeWhenClosed);
  }
}
