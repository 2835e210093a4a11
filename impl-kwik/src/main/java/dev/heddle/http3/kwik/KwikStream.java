package dev.heddle.http3.kwik;

import dev.heddle.ErrorCode;
import dev.heddle.StreamResetException;
import dev.heddle.http3.quic.QuicStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.LoomStream;
import tech.kwik.core.loom.StreamStoppedException;

/**
 * A stream of kwik behind the port: the same calls on the same thread, with the api's exceptions.
 */
record KwikStream(LoomStream stream) implements QuicStream {
  @Override
  public long id() {
    return stream.streamId();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return stream.read(buffer, offset, length);
    } catch (tech.kwik.core.loom.StreamResetException e) {
      throw new StreamResetException(
          new ErrorCode(e.code()), true, "stream " + id() + " was reset by the peer");
    } catch (ConnectionEndedException e) {
      throw Endings.closed(e.end(), e);
    }
  }

  @Override
  public void write(boolean fin, ByteBuffer... parts) throws IOException {
    try {
      stream.write(fin, parts);
    } catch (StreamStoppedException e) {
      throw new StreamResetException(
          new ErrorCode(e.code()), true, "the peer stopped reading stream " + id());
    } catch (ConnectionEndedException e) {
      throw Endings.closed(e.end(), e);
    }
  }

  @Override
  public void reset(long code) {
    stream.reset(code);
  }

  @Override
  public void stopSending(long code) {
    stream.stopSending(code);
  }

  @Override
  public boolean givenUpByPeer() {
    return stream.stoppedCode().isPresent() || stream.resetCode().isPresent();
  }
}
