package tech.kwik.core.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import tech.kwik.core.QuicStream;
import tech.kwik.core.StreamClosedException;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.Version;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.LoomStream;

/** A stream: its sending part, its receiving part, or both. Any thread may call. */
public class QuicStreamImpl implements QuicStream, LoomStream {

  private final int streamId;
  private final Role role;
  private final QuicConnectionImpl connection;
  private final StreamManager manager;
  private final SendPart sending;
  private final ReceivePart receiving;
  private final StreamInput input;
  private final StreamOutput output;

  private volatile Runnable onStopped;

  /** The parts that are not done; at 0 the stream leaves the tables. */
  private final AtomicInteger openParts;

  QuicStreamImpl(int streamId, Role role, QuicConnectionImpl connection, StreamManager manager) {
    this.streamId = streamId;
    this.role = role;
    this.connection = connection;
    this.manager = manager;
    boolean sends = bidirectional() || locallyInitiated();
    boolean receives = bidirectional() || !locallyInitiated();
    openParts = new AtomicInteger((sends ? 1 : 0) + (receives ? 1 : 0));
    sending = sends ? new SendPart(this, manager.flowControl()) : null;
    receiving =
        receives ? new ReceivePart(this, manager.receiveCredit(), manager.window(streamId)) : null;
    input = new StreamInput(this);
    output = new StreamOutput(this);
  }

  @Override
  public long streamId() {
    return streamId;
  }

  @Override
  public int getStreamId() {
    return streamId;
  }

  @Override
  public boolean bidirectional() {
    return !isUnidirectional();
  }

  @Override
  public boolean locallyInitiated() {
    return StreamId.initiatedBy(role, streamId);
  }

  @Override
  public boolean isUnidirectional() {
    return StreamId.unidirectional(streamId);
  }

  @Override
  public boolean isClientInitiatedBidirectional() {
    return bidirectional() && StreamId.initiatedBy(Role.Client, streamId);
  }

  @Override
  public boolean isServerInitiatedBidirectional() {
    return bidirectional() && StreamId.initiatedBy(Role.Server, streamId);
  }

  @Override
  public InputStream getInputStream() {
    return input;
  }

  @Override
  public OutputStream getOutputStream() {
    return output;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (receiving == null) {
      throw new StreamClosedException("stream " + streamId + " only sends");
    }
    return receiving.read(buffer, offset, length);
  }

  @Override
  public boolean awaitReadable(long nanos) throws InterruptedIOException {
    return receiving == null || receiving.awaitReadable(nanos);
  }

  @Override
  public int available() {
    return receiving == null ? 0 : receiving.available();
  }

  @Override
  public void write(boolean fin, ByteBuffer... parts) throws IOException {
    writable().write(fin, parts);
  }

  void finish() {
    if (sending != null) {
      sending.finish();
    }
  }

  void checkWritable() throws IOException {
    writable().checkOpen();
  }

  private SendPart writable() throws IOException {
    if (sending == null) {
      throw new StreamClosedException("stream " + streamId + " only receives");
    }
    return sending;
  }

  @Override
  public void reset(long code) {
    if (sending != null) {
      sending.reset(code);
    }
  }

  @Override
  public void resetStream(long applicationProtocolErrorCode) {
    reset(applicationProtocolErrorCode);
  }

  @Override
  public void stopSending(long code) {
    if (receiving != null) {
      receiving.stop(code);
    }
  }

  @Override
  public void abortReading(long applicationProtocolErrorCode) {
    stopSending(applicationProtocolErrorCode);
  }

  @Override
  public OptionalLong stoppedCode() {
    return sending == null ? OptionalLong.empty() : sending.stoppedCode();
  }

  @Override
  public void onStopped(Runnable action) {
    onStopped = action;
    if (stoppedCode().isPresent()) {
      action.run();
    }
  }

  /** The peer's STOP_SENDING has arrived. */
  void tellStopped() {
    Runnable action = onStopped;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public OptionalLong resetCode() {
    return receiving == null ? OptionalLong.empty() : receiving.resetCode();
  }

  /** The connection has ended: wakes reader and writer. */
  void ended(ConnectionEnd end) {
    if (sending != null) {
      sending.ended(end);
    }
    if (receiving != null) {
      receiving.ended(end);
    }
  }

  /** Called once by each part, holding no lock. */
  void partDone() {
    if (openParts.decrementAndGet() == 0) {
      manager.streamDone(streamId);
    }
  }

  /** Null on a stream that only receives. */
  SendPart sending() {
    return sending;
  }

  /** Null on a stream that only sends. */
  ReceivePart receiving() {
    return receiving;
  }

  QuicConnectionImpl connection() {
    return connection;
  }

  StreamManager manager() {
    return manager;
  }

  Version version() {
    return Version.getDefault();
  }

  @Override
  public String toString() {
    return "Stream " + streamId;
  }
}
