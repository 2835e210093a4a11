package tech.kwik.core.impl;

import java.io.InterruptedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.StreamDataBlockedFrame;
import tech.kwik.core.impl.QuicConnectionImpl.ErrorType;
import tech.kwik.core.impl.QuicConnectionImpl.Status;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEnd.Cause;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.stream.StreamManager;

/**
 * Where the stock connection classes and our stream classes meet. The methods without a caller in
 * the sources are called by what {@code OverlayEdits} writes into the stock classes.
 */
public final class LoomHooks {

  private static final long CALLBACK_THREAD_IDLE_MS = 500;

  /** How long a connection that hardly existed repeats its CONNECTION_CLOSE. */
  private static final long MAX_INITIAL_CLOSING_MS = 500;

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

  /** Has a frame made for a 1-RTT packet, and sent as {@link #flushSoon} does. */
  public static void sendSoon(
      QuicConnectionImpl connection,
      Function<Integer, QuicFrame> frame,
      int mostBytes,
      Consumer<QuicFrame> lost) {
    connection.send(frame, mostBytes, EncryptionLevel.App, lost, false);
    flushSoon(connection);
  }

  /** Bytes of the largest DATAGRAM frame that peer and path take now; 0 if the peer takes none. */
  public static int maxDatagramFrame(QuicConnectionImpl connection) {
    if (!connection.canSendDatagram()) {
      return 0;
    }
    return Math.min(connection.getMaxDatagramFrameSize(), connection.getSender().maxFrameBytes());
  }

  /** Packets bear this id of the peer from now on; null changes nothing. */
  public static void useConnectionId(QuicConnectionImpl connection, byte[] id) {
    if (id != null) {
      connection.getConnectionIdManager().usePeerId(id);
    }
  }

  public static boolean isPeerConnectionId(QuicConnectionImpl connection, byte[] id) {
    return connection.getConnectionIdManager().isPeerId(id);
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

  /**
   * In the client's abortConnection, which tells no listener in stock kwik. Returns false if the
   * connection ends anyway: to stop the sender then could take the CONNECTION_CLOSE away that
   * waits.
   */
  public static boolean aborts(QuicConnectionImpl connection, Throwable failure) {
    if (connection.connectionState.closingOrDraining()) {
      return false;
    }
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
    return true;
  }

  /** Instead of the server's abortConnection, which leaves the connection's threads running. */
  public static void abortServer(QuicConnectionImpl connection, Throwable failure) {
    connection.log.error("Aborting connection " + connection, failure);
    if (aborts(connection, failure)) {
      connection.getSender().stop();
      connection.terminate();
    }
  }

  /** Forgets a client that does not answer, without a word: the address may not be its own. */
  public static void dropHandshake(QuicConnectionImpl connection) {
    end(connection, HANDSHAKE_FAILED);
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
   *
   * @return false if there is nothing to close any more, or another close is under way: the first
   *     one counts, also against a program that closes because it was told of that
   */
  public static boolean closing(
      QuicConnectionImpl connection, long code, ErrorType type, String reason) {
    Status state = connection.connectionState;
    StreamManager streams = connection.getStreamManager();
    if (state.closingOrDraining()
        || state == Status.Closed
        || streams != null && !streams.beginsClosing()) {
      return false;
    }
    boolean application = type == ErrorType.APPLICATION_ERROR;
    end(connection, new ConnectionEnd(Cause.CLOSED, false, application, code, reason));
    if (state == Status.Created) {
      // Never connected, or a connect() is about to begin, which must find that it is over.
      connection.terminate();
      return false;
    }
    if (connection.currentEncryptionLevel != EncryptionLevel.Initial) {
      return true;
    }
    long delayMs = Math.min(3L * connection.getSender().getPto(), MAX_INITIAL_CLOSING_MS);
    Thread.ofVirtual().name("loom-closing").start(() -> terminateAfter(connection, delayMs));
    return true;
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

  /** In the client's preTerminateHook: stock kwik goes on pinging unless this side closed. */
  public static void stop(KeepAliveActor keepAlive) {
    if (keepAlive != null) {
      keepAlive.shutdown();
    }
  }

  /** RFC 9000 §18.2: stock kwik asks clients not to move, as it does not follow them. */
  public static void migration(TransportParameters parameters, boolean disabledByStock) {
    parameters.setDisableMigration(false);
  }

  /** In process(StreamDataBlockedFrame). */
  public static void dataBlocked(QuicConnectionImpl connection, StreamDataBlockedFrame frame) {
    connection.getStreamManager().dataBlocked(frame.getStreamId());
  }

  /** Instead of the RuntimeException of an interrupted connect. */
  public static InterruptedIOException connectInterrupted() {
    return new InterruptedIOException("interrupted while connecting");
  }

  private static void end(QuicConnectionImpl connection, ConnectionEnd end) {
    StreamManager streams = connection.getStreamManager();
    if (streams != null) {
      streams.ended(end);
    }
  }
}
