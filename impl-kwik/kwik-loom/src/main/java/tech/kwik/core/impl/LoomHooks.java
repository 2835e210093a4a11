package tech.kwik.core.impl;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.concurrent.DaemonThreadFactory;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.StreamDataBlockedFrame;
import tech.kwik.core.impl.QuicConnectionImpl.ErrorType;
import tech.kwik.core.impl.QuicConnectionImpl.Status;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEnd.Cause;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.stream.StreamManager;
import tech.kwik.core.udp.UdpSocket;

/**
 * Where the stock connection classes and our stream classes meet. The methods without a caller in
 * the sources are called by what {@code OverlayEdits} writes into the stock classes.
 */
public final class LoomHooks {

  private static final long CALLBACK_THREAD_IDLE_MS = 500;

  /** First packets of connections that wait to be looked at. */
  private static final int MAX_FIRST_PACKETS = 1_024;

  /** How long a connection that hardly existed repeats its CONNECTION_CLOSE. */
  private static final long MAX_INITIAL_CLOSING_MS = 500;

  /** RFC 9000 §18.2: the default of max_udp_payload_size. */
  private static final int LARGEST_UDP_PAYLOAD = 65_527;

  private static final ConnectionEnd HANDSHAKE_FAILED =
      new ConnectionEnd(Cause.HANDSHAKE_FAILED, false, false, 0, "");

  private LoomHooks() {}

  public static LoomConnection loomConnection(QuicConnection connection) {
    if (connection instanceof QuicConnectionImpl ours) {
      return ours.getStreamManager();
    }
    throw new IllegalArgumentException("not a connection of this build: " + connection);
  }

  public static boolean connected(QuicConnectionImpl connection) {
    return connection.connectionState == Status.Connected;
  }

  /** Closes the connection for a violation by the peer, with the reason that stock kwik drops. */
  public static void close(QuicConnectionImpl connection, TransportErrorCode code, String reason) {
    connection.immediateCloseWithError(code.value, reason);
  }

  // What the receiving classes need of a connection.

  /** The calling thread begins to process received datagrams. */
  public static void batchBegins(QuicConnectionImpl connection) {
    connection.getSender().batchBegins();
  }

  /** The calling thread has processed them: what that has made sendable leaves now. */
  public static void batchEnds(QuicConnectionImpl connection) {
    connection.getSender().batchEnds();
  }

  /** The calling thread has made something sendable, and holds no lock. */
  public static void flushSoon(QuicConnectionImpl connection) {
    connection.getSender().flushSoon();
  }

  /** Bytes of the largest DATAGRAM frame that peer and path take now; 0 if the peer takes none. */
  public static int maxDatagramFrame(QuicConnectionImpl connection) {
    if (!connection.canSendDatagram()) {
      return 0;
    }
    return Math.min(connection.getMaxDatagramFrameSize(), connection.getSender().maxFrameBytes());
  }

  /** The peer has broken a rule. */
  public static void violated(QuicConnectionImpl connection, TransportError violation) {
    connection.connectionError(violation);
  }

  // Called from edited stock code.

  /** In emit(ConnectionTerminatedEvent), which precedes the end of the streams. */
  public static void ended(QuicConnectionImpl connection, ConnectionTerminatedEvent event) {
    Cause cause =
        switch (event.closeReason()) {
          case ImmediateClose -> Cause.CLOSED;
          case IdleTimeout -> Cause.IDLE_TIMEOUT;
          case StatelessReset -> Cause.STATELESS_RESET;
          case ConnectionLost -> Cause.LOST;
        };
    boolean application = event.hasApplicationError();
    long code =
        application
            ? event.applicationErrorCode()
            : event.hasTransportError() ? event.transportErrorCode() : 0;
    String reason = event.hasError() ? event.errorDescription() : "";
    end(connection, new ConnectionEnd(cause, event.closedByPeer(), application, code, reason));
  }

  /**
   * At the end of startHandshake of a client: agent15 notes only after it has sent the ClientHello
   * that it now waits for the answer.
   */
  public static void handshakeStarted(QuicConnectionImpl connection) {
    connection.getStreamManager().handshakeStarted();
  }

  /**
   * In process(CryptoFrame): a ServerHello that the TLS engine gets before it waits for one is
   * lost, as QUIC has acknowledged its bytes; so the receive thread waits for the few instructions
   * that are missing.
   */
  public static void awaitHandshakeStarted(QuicConnectionImpl connection) {
    if (connection instanceof QuicClientConnectionImpl) {
      connection.getStreamManager().awaitHandshakeStarted();
    }
  }

  /** In handlePeerClosing: the event that follows takes application code 0 for no code at all. */
  public static void peerClosing(QuicConnectionImpl connection, ConnectionCloseFrame frame) {
    if (!connection.connectionState.closingOrDraining()) {
      boolean application = frame.getFrameType() == 0x1d;
      String reason = frame.hasReasonPhrase() ? frame.getReasonPhrase() : "";
      end(
          connection,
          new ConnectionEnd(Cause.CLOSED, true, application, frame.getErrorCode(), reason));
    }
  }

  /** In abortConnection, which tells no listener in stock kwik. */
  public static void aborted(QuicConnectionImpl connection, Throwable failure) {
    String reason = failure == null ? "" : failure.toString();
    end(connection, new ConnectionEnd(Cause.FAILED, false, false, 0, reason));
    long code = TransportErrorCode.INTERNAL_ERROR.value;
    connection.emit(
        new ConnectionTerminatedEvent(
            connection,
            ConnectionTerminatedEvent.CloseReason.ConnectionLost,
            false,
            code,
            null,
            reason));
  }

  /** Instead of the server's abortConnection, which leaves the connection's threads running. */
  public static void abortServer(QuicConnectionImpl connection, Throwable failure) {
    connection.log.error("Aborting connection " + connection, failure);
    aborted(connection, failure);
    connection.getSender().stop();
    connection.terminate();
  }

  /** In terminate: whatever led here without an event was a failed handshake. */
  public static void terminating(QuicConnectionImpl connection) {
    end(connection, HANDSHAKE_FAILED);
  }

  /** In postTerminateHook, the last act of the sender thread. */
  public static void terminated(QuicConnectionImpl connection) {
    connection.getStreamManager().terminated();
  }

  /**
   * In immediateCloseWithError. The event that follows has another reason than the frame, and where
   * only Initial packets were exchanged stock kwik terminates with the next packet from the peer,
   * which may never come.
   */
  public static void closing(
      QuicConnectionImpl connection, long code, ErrorType type, String reason) {
    Status state = connection.connectionState;
    if (state.closingOrDraining() || state == Status.Closed) {
      return;
    }
    boolean application = type == ErrorType.APPLICATION_ERROR;
    end(connection, new ConnectionEnd(Cause.CLOSED, false, application, code, reason));
    if (state == Status.Created) {
      // Never connected: no thread runs that would close the socket.
      connection.postTerminateHook();
      return;
    }
    if (connection.currentEncryptionLevel != EncryptionLevel.Initial) {
      return;
    }
    long delayMs = Math.min(3L * connection.getSender().getPto(), MAX_INITIAL_CLOSING_MS);
    Thread.ofVirtual().name("loom-closing").start(() -> terminateAfter(connection, delayMs));
  }

  private static void terminateAfter(QuicConnectionImpl connection, long delayMs) {
    try {
      Thread.sleep(delayMs);
    } catch (InterruptedException e) {
      // Nobody does that; terminate at once.
    }
    if (connection.connectionState != Status.Closed) {
      connection.terminate();
    }
  }

  /** Instead of newSingleThreadExecutor, which nobody shuts down: its thread goes when idle. */
  public static ExecutorService callbackExecutor(ThreadFactory threads) {
    var executor =
        new ThreadPoolExecutor(
            1,
            1,
            CALLBACK_THREAD_IDLE_MS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            threads);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Instead of a thread pool of the connection: calls back from a thread of its own, once. */
  public static void schedule(
      QuicConnectionImpl connection, Runnable action, int delay, TimeUnit unit) {
    Alarm alarm = new Alarm(() -> Thread.ofVirtual().name("kwik-later").start(action));
    alarm.at(System.nanoTime() + unit.toNanos(delay));
  }

  /**
   * Instead of the pool of ten threads that looks at the first packets of connections, with a queue
   * that has no bound: what does not fit is dropped, and clients send it again.
   */
  public static ThreadPoolExecutor firstPacketExecutor(
      int core,
      int most,
      long keepAlive,
      TimeUnit unit,
      BlockingQueue<Runnable> queue,
      ThreadFactory threads) {
    int workers = Runtime.getRuntime().availableProcessors();
    var executor =
        new ThreadPoolExecutor(
            workers,
            workers,
            CALLBACK_THREAD_IDLE_MS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(MAX_FIRST_PACKETS),
            Thread.ofVirtual().name("kwik-first-packet").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Instead of a thread that keeps the process alive, and tasks that outlive their purpose. */
  public static ScheduledExecutorService cleanUpExecutor() {
    var executor = new ScheduledThreadPoolExecutor(1, new DaemonThreadFactory("kwik-clean-up"));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  /** In the client's preTerminateHook: stock kwik goes on pinging unless this side closed. */
  public static void stop(KeepAliveActor keepAlive) {
    if (keepAlive != null) {
      keepAlive.shutdown();
    }
  }

  /** In process(StreamDataBlockedFrame). */
  public static void dataBlocked(QuicConnectionImpl connection, StreamDataBlockedFrame frame) {
    connection.getStreamManager().dataBlocked(frame.getStreamId());
  }

  /** Instead of announcing kwik's receive buffer, which is not used any more. */
  public static void setMaxUdpPayloadSize(TransportParameters parameters, int configured) {
    boolean kwiksOwn = configured == QuicClientConnectionImpl.DEFAULT_MAX_UDP_PAYLOAD_SIZE;
    parameters.setMaxUdpPayloadSize(kwiksOwn ? LARGEST_UDP_PAYLOAD : configured);
  }

  /** Instead of the RuntimeException of an interrupted connect. */
  public static InterruptedIOException connectInterrupted() {
    return new InterruptedIOException("interrupted while connecting");
  }

  /** Instead of DatagramSocket.send, which a non-blocking channel does not allow. */
  public static void send(DatagramSocket socket, DatagramPacket packet) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
    UdpSocket.of(socket).send(data, (InetSocketAddress) packet.getSocketAddress());
  }

  /** Instead of new DatagramSocket(): one with a channel. */
  public static DatagramSocket openSocket() throws SocketException {
    return openSocket(0);
  }

  /** Instead of new DatagramSocket(int): one with a channel. */
  public static DatagramSocket openSocket(int port) throws SocketException {
    try {
      DatagramSocket socket = DatagramChannel.open().socket();
      socket.bind(new InetSocketAddress(port));
      return socket;
    } catch (SocketException e) {
      throw e;
    } catch (IOException e) {
      throw (SocketException) new SocketException(e.getMessage()).initCause(e);
    }
  }

  private static void end(QuicConnectionImpl connection, ConnectionEnd end) {
    StreamManager streams = connection.getStreamManager();
    if (streams != null) {
      streams.ended(end);
    }
  }
}
