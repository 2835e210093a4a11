package dev.heddle.http3.session;

import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramsNotNegotiatedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionHandler;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs a server's handler for each session and finishes what it leaves. Any thread. */
final class HandlerRunner {
  private static final System.Logger LOG = System.getLogger(HandlerRunner.class.getName());
  private static final byte[] NO_BODY = {};

  private final SessionHandler handler;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HandlerRunner(SessionHandler handler) {
    this.handler = handler;
  }

  /** Handles one session on the calling thread. */
  void run(RequestSession session) {
    running.add(Thread.currentThread());
    if (closed) {
      Thread.currentThread().interrupt();
    }
    RequestStream stream = session.requestStream();
    try {
      handle(session);
      Thread.interrupted(); // what the handler left of an interrupt must not spoil the end
      finish(session, stream);
      session.discardRest();
    } catch (Throwable failure) {
      failed(stream, failure);
    } finally {
      session.close();
      running.remove(Thread.currentThread());
    }
  }

  private void handle(RequestSession session) throws Exception {
    try {
      handler.handle(session);
    } catch (SessionClosedException e) {
      if (!e.fromPeer()) {
        throw e;
      }
      // The client has ended the session in good order, and the handler waited for more.
    } catch (DatagramContextClosedException e) {
      if (!e.fromPeer()) {
        throw e;
      }
      // The client has closed the context that the handler was there for.
    }
  }

  /** Interrupts every handler, those to come included, but not the caller. */
  void interruptAll() {
    closed = true;
    for (Thread thread : running) {
      if (thread != Thread.currentThread()) {
        thread.interrupt();
      }
    }
  }

  private static void finish(RequestSession session, RequestStream stream) throws IOException {
    if (stream.sendingOver() || !stream.started() && stream.gone()) {
      return;
    }
    if (!stream.started()) {
      LOG.log(
          Level.ERROR,
          () -> name(stream) + ": the handler returned without a final response; sent 500");
      stream.send(Headers.status(500), NO_BODY);
    } else {
      session.endSending(Headers.empty());
    }
  }

  private static void failed(RequestStream stream, Throwable failure) {
    boolean noNews = onlySaysThatItEnded(stream, failure);
    if (noNews || failure instanceof DatagramsNotNegotiatedException) {
      LOG.log(Level.DEBUG, () -> name(stream) + ": " + failure.getMessage());
    } else {
      LOG.log(Level.ERROR, name(stream) + ": the handler failed", failure);
    }
    if (noNews) {
      // RFC 9114 §4.1.1: what answers a request that the client has cancelled is cancelled too
      stream.end(ErrorCode.H3_REQUEST_CANCELLED);
      return;
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

  /** Whether a failure is no news: the stream is gone, and the handler met that. */
  private static boolean onlySaysThatItEnded(RequestStream stream, Throwable failure) {
    return stream.gone()
        && (failure instanceof Http3Exception
            || failure instanceof InterruptedException
            || failure instanceof InterruptedIOException);
  }

  private static String name(RequestStream stream) {
    return stream.connection().quic().remoteAddress() + " stream " + stream.id();
  }
}
