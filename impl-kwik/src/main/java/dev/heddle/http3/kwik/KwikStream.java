package dev.heddle.http3.kwik;

import dev.heddle.ErrorCode;
import dev.heddle.StreamResetException;
import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.LoomStream;
import tech.kwik.core.loom.StreamStoppedException;

/**
 * A stream of kwik behind the port: the same calls on the same thread, with the api's exceptions.
 */
final class KwikStream implements QuicStream {
  private final LoomStream stream;
  private final KwikConnection connection;
  private volatile boolean finished;
  private volatile boolean readToEnd;

  KwikStream(LoomStream stream, KwikConnection connection) {
    this.stream = stream;
    this.connection = connection;
  }

  @Override
  public long id() {
    return stream.streamId();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int count = stream.read(buffer, offset, length);
      if (count < 0) {
        readToEnd = true;
      }
      return count;
    } catch (tech.kwik.core.loom.StreamResetException e) {
      throw new StreamResetException(
          new ErrorCode(e.code()), true, "stream " + id() + " was reset by the peer");
    } catch (ConnectionEndedException e) {
      throw Endings.closed(e.end(), e);
    }
  }

  @Override
  public boolean awaitReadable(long nanos) throws InterruptedIOException {
    return stream.awaitReadable(nanos);
  }

  @Override
  public void write(boolean fin, ByteBuffer... parts) throws IOException {
    connection.requireOpen();
    try {
      stream.write(fin, parts);
      if (fin) {
        finished = true;
      }
    } catch (StreamStoppedException e) {
      throw new StreamResetException(
          new ErrorCode(e.code()), true, "the peer stopped reading stream " + id());
    } catch (ConnectionEndedException e) {
      throw Endings.closed(e.end(), e);
    }
  }

  @Override
  public void reset(long code) {
    // RFC 9000 §3.1 lets a reset overtake an end that was sent; then a message that its sender
    // has finished would not arrive whole.
    if (!finished && connection.live()) {
      stream.reset(code);
    }
  }

  @Override
  public void stopSending(long code) {
    if (!readToEnd && connection.live()) {
      stream.stopSending(code);
    }
  }

  @Override
  public OptionalLong stoppedCode() {
    return stream.stoppedCode();
  }

  @Override
  public void onStopped(Runnable action) {
    stream.onStopped(action);
  }

  @Override
  public boolean givenUpByPeer() {
    return stream.stoppedCode().isPresent() || stream.resetCode().isPresent();
  }
}
