package tech.kwik.core.stream;

import java.io.IOException;
import java.io.InputStream;

/** The receiving part as an {@link InputStream}; one thread reads. */
final class StreamInput extends InputStream {

  private final QuicStreamImpl stream;
  private final byte[] single = new byte[1];

  StreamInput(QuicStreamImpl stream) {
    this.stream = stream;
  }

  @Override
  public int read() throws IOException {
    return stream.read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return stream.read(buffer, offset, length);
  }

  @Override
  public int available() {
    return stream.available();
  }

  /** As stock kwik: asks the peer to stop, unless everything has been received. */
  @Override
  public void close() {
    stream.stopSending(0);
  }
}
