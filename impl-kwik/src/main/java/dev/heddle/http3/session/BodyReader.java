package dev.heddle.http3.session;

import dev.heddle.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The peer's body as a stream. One reader at a time; any thread may close it. */
final class BodyReader extends InputStream {
  private final RequestSession session;
  private final ErrorCode codeWhenClosed;

  BodyReader(RequestSession session, ErrorCode codeWhenClosed) {
    this.session = session;
    this.codeWhenClosed = codeWhenClosed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    session.beforeRead();
    return length == 0 ? 0 : session.requestStream().read(buffer, offset, length);
  }

  @Override
  public void close() {
    session.requestStream().stop(codeWhenClosed);
  }
}
