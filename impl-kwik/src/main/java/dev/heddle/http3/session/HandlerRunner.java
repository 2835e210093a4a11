package dev.heddle.http3.session;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionHandler;
import dev.heddle.StreamResetException;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentHashMap;

/** Runs a server's handler for each session and finishes what it leaves. Any thread. */
final class HandlerRunner {
  private static final System.Logger LOG = System.getLogger(HandlerRunner.class.getName());
  private static final byte[] NO_BODY = {};

  private final SessionHandler handler;
  private final ConcurrentHashMap<RequestSession, Thread> running = new ConcurrentHashMap<>();
  private volatile boolean closed;

  HandlerRunner(SessionHandler handler) {
    this.handler = handler;
  }

  /** Handles one session on the calling thread. */
  void run(RequestSession session) {
    running.put(session, Thread.currentThread());
    if (closed) {
      Thread.currentThread().interrupt();
    }
    RequestStream stream = session.requestStream();
    try {
      handler.handle(session);
      finish(stream);
    } catch (Throwable failure) {
      failed(stream, failure);
    } finally {
      boolean cancelled = !stream.sent() && stream.givenUpByPeer();
      session.close();
      running.remove(session);
      if (cancelled) {
        stream.connection().countGivenUp();
      }
    }
  }

  /** Whether a session is in its handler now. */
  boolean runs(RequestSession session) {
    return running.containsKey(session);
  }

  /** Interrupts every handler, those to come included. */
  void interruptAll() {
    closed = true;
    running.values().forEach(Thread::interrupt);
  }

  private static void finish(RequestStream stream) throws IOException {
    if (!stream.started()) {
      LOG.log(
          Level.ERROR,
          () -> name(stream) + ": the handler returned without a final response; sent 500");
      stream.send(Headers.status(500), NO_BODY);
    } else if (!stream.sent() && !stream.torn()) {
      stream.finish(Headers.empty());
    }
  }

  private void failed(RequestStream stream, Throwable failure) {
    if (peerWentAway(failure) || closed && interrupted(failure)) {
      LOG.log(Level.DEBUG, () -> name(stream) + ": " + failure.getMessage());
    } else {
      LOG.log(Level.ERROR, name(stream) + ": the handler failed", failure);
    }
    if (stream.started()) {
      stream.end(ErrorCode.H3_INTERNAL_ERROR);
      return;
    }
    Thread.interrupted(); // the handler's interrupt must not spoil the answer
    try {
      stream.send(Headers.status(500), NO_BODY);
    } catch (IOException e) {
      // The client has gone: nobody is left to tell.
    }
  }

  private static boolean peerWentAway(Throwable failure) {
    return failure instanceof StreamResetException
        || failure instanceof ConnectionClosedException
        || failure instanceof SessionClosedException;
  }

  private static boolean interrupted(Throwable failure) {
    return failure instanceof InterruptedException || failure instanceof InterruptedIOException;
  }

  private static String name(RequestStream stream) {
    return stream.connection().quic().remoteAddress() + " stream " + stream.id();
  }
}
