package tech.kwik.core.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.impl.QuicClientConnectionImpl;
import tech.kwik.core.impl.Role;

/**
 * A stream whose first bytes leave in 0-RTT packets, before the handshake is done. The thread that
 * connects calls the methods of this class, one after the other.
 */
public class EarlyDataStream extends QuicStreamImpl {

  private byte[] data = new byte[0];
  private int early;
  private boolean finish;

  EarlyDataStream(int streamId, QuicClientConnectionImpl connection, StreamManager manager) {
    super(streamId, Role.Client, connection, manager);
  }

  /** Sends what fits into {@code allowed}, the early data that the session ticket permits. */
  public void writeEarlyData(byte[] earlyData, boolean close, long allowed) throws IOException {
    data = earlyData;
    finish = close;
    long limit = manager().flowControl().initialLimit(getStreamId());
    // A write that waits for room would wait for the handshake, which waits for this thread.
    long fits = Math.min(Math.min(limit, allowed), SendPart.BUFFER_BYTES);
    early = (int) Math.max(0, Math.min(fits, data.length));
    sending().useLevel(EncryptionLevel.ZeroRTT);
    write(finish && early == data.length, ByteBuffer.wrap(data, 0, early));
  }

  /** The handshake is done: sends the rest, or everything if the server refused early data. */
  public void writeRemaining(boolean accepted) throws IOException {
    if (!accepted) {
      sending().restart();
      early = 0;
    }
    sending().useLevel(EncryptionLevel.App);
    if (!accepted || early < data.length) {
      write(finish, ByteBuffer.wrap(data, early, data.length - early));
    }
  }
}
