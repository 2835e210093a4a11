package tech.kwik.core.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The sending part as an {@link OutputStream}; one thread writes. */
final class StreamOutput extends OutputStream {

  private final QuicStreamImpl stream;

  StreamOutput(QuicStreamImpl stream) {
    this.stream = stream;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    stream.write(false, ByteBuffer.wrap(bytes, offset, length));
  }

  /** Nothing waits here: what was written is on its way. */
  @Override
  public void flush() throws IOException {
    stream.checkWritable();
  }

  /** Ends the stream; does nothing if it was ended or reset before. */
  @Override
  public void close() {
    stream.finish();
  }
}
