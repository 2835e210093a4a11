// checkstyle allow FileLength: stock kwik asks all of this of one class
package tech.kwik.core.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import tech.kwik.core.ConnectionConfig;
import tech.kwik.core.QuicStream;
import tech.kwik.core.frame.MaxStreamDataFrame;
import tech.kwik.core.frame.MaxStreamsFrame;
import tech.kwik.core.frame.ResetStreamFrame;
import tech.kwik.core.frame.StopSendingFrame;
import tech.kwik.core.frame.StreamFrame;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.Paths;
import tech.kwik.core.impl.QuicClientConnectionImpl;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.log.Logger;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.DatagramSource;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.loom.LoomStream;

/**
 * The streams of a connection. Frames come on the receiving thread, everything else on any.
 *
 * <p>A stream is in the table from its opening until both its parts are done; a frame for a stream
 * that was there and has left is late, and ignored.
 */
public class StreamManager implements LoomConnection {

  private final QuicConnectionImpl connection;
  private final Role role;
  private final ReceiveCredit receiveCredit;
  private final StreamTable table;
  private final PeerStreamDelivery delivery;
  private final ConnectionLife life = new ConnectionLife();
  private final Datagrams datagrams;
  private final Paths paths;
  private volatile FlowControl flowControl;
  private volatile long uniWindow;
  private volatile long bidiWindow;

  public StreamManager(
      QuicConnectionImpl connection,
      Role role,
      Logger log,
      ConnectionConfig config,
      ExecutorService callbackExecutor) {
    this.connection = connection;
    this.role = role;
    receiveCredit = new ReceiveCredit(connection);
    datagrams = new Datagrams(connection);
    paths = new Paths(connection);
    delivery = new PeerStreamDelivery(callbackExecutor);
    table = new StreamTable(connection, role, id -> delivery.add(register(id)));
    initialize(config);
  }

  /**
   * Takes over the configuration; repeated when the handshake has settled it, before any stream.
   */
  public void initialize(ConnectionConfig config) {
    table.start(config);
    receiveCredit.start(config.maxConnectionBufferSize());
    uniWindow = config.maxUnidirectionalStreamBufferSize();
    bidiWindow = config.maxBidirectionalStreamBufferSize();
  }

  public void setFlowController(FlowControl control) {
    control.attach(this);
    flowControl = control;
  }

  // Opening streams.

  /** What {@link tech.kwik.core.QuicConnection#createStream} calls on a connected connection. */
  public QuicStream createStream(boolean bidirectional) throws IOException {
    try {
      return register(table.local(bidirectional).open());
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while waiting to open a stream");
    }
  }

  @Override
  public LoomStream openStream(boolean bidirectional) throws IOException, InterruptedException {
    checkConnected();
    return register(table.local(bidirectional).open());
  }

  @Override
  public Optional<LoomStream> tryOpenStream(boolean bidirectional) throws IOException {
    checkConnected();
    int id = table.local(bidirectional).tryOpen();
    return id < 0 ? Optional.empty() : Optional.of(register(id));
  }

  private void checkConnected() throws IOException {
    Optional<ConnectionEnd> end = end();
    if (end.isPresent()) {
      throw new ConnectionEndedException(end.get());
    }
    if (!LoomHooks.connected(connection)) {
      throw new IOException("not connected");
    }
  }

  /** A stream for 0-RTT data, or null if the remembered limit permits none. */
  public EarlyDataStream createEarlyDataStream(boolean bidirectional) {
    try {
      int id = table.local(bidirectional).tryOpen();
      if (id < 0) {
        return null;
      }
      var stream = new EarlyDataStream(id, (QuicClientConnectionImpl) connection, this);
      return (EarlyDataStream) register(stream);
    } catch (IOException e) {
      return null;
    }
  }

  private QuicStreamImpl register(int id) {
    return register(new QuicStreamImpl(id, role, connection, this));
  }

  private QuicStreamImpl register(QuicStreamImpl stream) {
    table.put(stream);
    // The connection may have ended since, and told those who were in the table.
    end().ifPresent(stream::ended);
    return stream;
  }

  public void setInitialMaxStreamsBidi(long limit) {
    table.local(true).raiseLimit(limit);
  }

  public void setInitialMaxStreamsUni(long limit) {
    table.local(false).raiseLimit(limit);
  }

  public void process(MaxStreamsFrame frame) {
    table.local(frame.isAppliesToBidirectional()).raiseLimit(frame.getMaxStreams());
  }

  // Frames of streams. Violations close the connection here: stock callers drop the reason.

  public void process(StreamFrame frame) {
    guarded(() -> {
      QuicStreamImpl stream = table.receiving(frame.getStreamId());
      if (stream != null) {
        stream.receiving().receive(frame);
      }
    });
  }

  public void process(ResetStreamFrame frame) {
    guarded(() -> {
      QuicStreamImpl stream = table.receiving(frame.getStreamId());
      if (stream != null) {
        stream.receiving().reset(frame);
      }
    });
  }

  public void process(StopSendingFrame frame) {
    guarded(() -> {
      QuicStreamImpl stream = table.sending(frame.getStreamId());
      if (stream != null) {
        stream.sending().stopped(frame.getErrorCode());
        stream.tellStopped();
      }
    });
  }

  void process(MaxStreamDataFrame frame) {
    guarded(() -> {
      QuicStreamImpl stream = table.sending(frame.getStreamId());
      if (stream != null) {
        stream.sending().raiseLimit(frame.getMaxData());
      }
    });
  }

  /** STREAM_DATA_BLOCKED asks for nothing, but must name a stream that the peer can send on. */
  public void dataBlocked(int streamId) {
    guarded(() -> table.receiving(streamId));
  }

  private interface FrameProcessing {
    void run() throws TransportError;
  }

  private void guarded(FrameProcessing processing) {
    try {
      processing.run();
    } catch (TransportError violation) {
      LoomHooks.close(connection, violation.getTransportErrorCode(), violation.getMessage());
    }
  }

  void streamDone(int id) {
    table.remove(id);
  }

  void initialLimitsRaised() {
    for (QuicStreamImpl stream : table.all()) {
      if (stream.sending() != null) {
        stream.sending().raiseLimit(flowControl.initialLimit(stream.getStreamId()));
      }
    }
  }

  // What the application sets and asks.

  public void setPeerInitiatedStreamCallback(Consumer<QuicStream> callback) {
    delivery.onExecutor(callback);
  }

  @Override
  public void onPeerStream(Consumer<LoomStream> callback) {
    delivery.inPlace(callback);
  }

  @Override
  public void datagrams(DatagramSource source, Consumer<ByteBuffer> sink) {
    datagrams.start(source, sink);
  }

  @Override
  public void datagramsReady() {
    datagrams.ready();
  }

  @Override
  public int maxDatagramBytes() {
    return datagrams.maxBytes();
  }

  public void setDefaultUnidirectionalStreamReceiveBufferSize(long bytes) {
    uniWindow = bytes;
  }

  public void setDefaultBidirectionalStreamReceiveBufferSize(long bytes) {
    bidiWindow = bytes;
  }

  @Override
  public int streamCount() {
    return table.size();
  }

  @Override
  public void onEnd(Consumer<ConnectionEnd> callback) {
    life.onEnd(callback);
  }

  @Override
  public Optional<ConnectionEnd> end() {
    return life.end();
  }

  @Override
  public boolean awaitAcknowledged(Duration timeout) throws InterruptedException {
    return life.awaitAcknowledged(timeout);
  }

  @Override
  public boolean awaitTerminated(Duration timeout) throws InterruptedException {
    return life.awaitTerminated(timeout);
  }

  /** Learns that a client's TLS engine has sent its ClientHello and waits for the answer. */
  public void handshakeStarted() {
    life.handshakeStarted();
  }

  /** Waits for that, for the thread that has the answer. */
  public void awaitHandshakeStarted() {
    life.awaitHandshakeStarted();
  }

  // The end of the connection.

  /** The first end counts; wakes everyone who waits. */
  public void ended(ConnectionEnd end) {
    datagrams.end();
    paths.end();
    if (life.ended(end)) {
      table.ended(end);
    }
  }

  /** kwik's call at every end; by then {@link #ended} has been told more. */
  public void abortAll() {
    ended(new ConnectionEnd(ConnectionEnd.Cause.FAILED, false, false, 0, ""));
  }

  /** Whether the connection begins to close by this call, and did not before. */
  public boolean beginsClosing() {
    return life.beginsClosing();
  }

  /** Threads and socket are free. */
  public void terminated() {
    life.terminated();
  }

  /** The path challenges of the connection. */
  public Paths paths() {
    return paths;
  }

  FlowControl flowControl() {
    return flowControl;
  }

  ReceiveCredit receiveCredit() {
    return receiveCredit;
  }

  long window(int streamId) {
    return StreamId.unidirectional(streamId) ? uniWindow : bidiWindow;
  }

  void streamUnacknowledged() {
    life.streamUnacknowledged();
  }

  void streamAcknowledged() {
    life.streamAcknowledged();
  }
}
