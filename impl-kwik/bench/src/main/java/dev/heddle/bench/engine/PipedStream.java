package dev.heddle.bench.engine;

import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** One side of a stream. The peer learns of it with the first bytes, as it does over QUIC. */
final class PipedStream implements QuicStream {
  private final long id;
  private final Pipe incoming;
  private final Pipe outgoing;
  private Runnable announcement; // null once it was made

  PipedStream(long id, Pipe incoming, Pipe outgoing, Runnable announcement) {
    this.id = id;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.announcement = announcement;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return incoming.read(buffer, offset, length);
  }

  @Override
  public boolean awaitReadable(long nanos) throws InterruptedIOException {
    return incoming.awaitReadable(nanos);
  }

  @Override
  public void write(boolean fin, ByteBuffer... parts) throws IOException {
    outgoing.write(fin, parts);
    Runnable tell = announcement;
    if (tell != null) {
      announcement = null;
      tell.run();
    }
  }

  @Override
  public void reset(long code) {
    outgoing.reset(code);
  }

  @Override
  public void stopSending(long code) {
    incoming.stop(code);
  }

  @Override
  public OptionalLong stoppedCode() {
    long code = outgoing.stopCode();
    return code < 0 ? OptionalLong.empty() : OptionalLong.of(code);
  }

  @Override
  public void onStopped(Runnable action) {
    outgoing.onStopped(action);
  }

  @Override
  public boolean givenUpByPeer() {
    return outgoing.stopCode() >= 0 || incoming.resetCode() >= 0;
  }
}
