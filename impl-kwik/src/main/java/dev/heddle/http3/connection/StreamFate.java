package dev.heddle.http3.connection;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.StreamResetException;
import dev.heddle.http3.qpack.FieldSectionTooLargeException;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How a request stream ends where its messages do not: the first reason counts, and every call that
 * fails later is told this one. Any thread; nothing here waits.
 */
final class StreamFate {
  private static final System.Logger LOG = System.getLogger(StreamFate.class.getName());

  private final QuicStream quic;
  private final Http3Connection connection;
  private final boolean client;
  private final Runnable onSealed;
  private final AtomicReference<StreamEnd> end = new AtomicReference<>();

  /** A stream that has not ended; {@code onSealed} learns of the end, once. */
  StreamFate(QuicStream quic, Http3Connection connection, boolean client, Runnable onSealed) {
    this.quic = quic;
    this.connection = connection;
    this.client = client;
    this.onSealed = onSealed;
  }

  /** Whether the stream was ended. */
  boolean sealed() {
    return end.get() != null;
  }

  /** Whether the stream was ended because the peer broke a rule on it. */
  boolean violated() {
    return end.get() instanceof StreamEnd.Violated;
  }

  void requireLive() throws IOException {
    StreamEnd ended = end.get();
    if (ended != null) {
      throw ended.exception();
    }
  }

  /** Refuses to say as a client what only a server says. */
  void requireSendable(ErrorCode code) {
    // RFC 9114 §4.1.1: a client never sends H3_REQUEST_REJECTED
    if (client && code.value() == H3Error.H3_REQUEST_REJECTED.code()) {
      throw new IllegalArgumentException(
          "only a server rejects a request; a client says H3_REQUEST_CANCELLED");
    }
  }

  /** Ends both directions as far as they are not finished, unless that was done. */
  void end(StreamEnd how, long code) {
    if (end.compareAndSet(null, how)) {
      quic.reset(code);
      quic.stopSending(code);
      onSealed.run();
    }
  }

  /**
   * The one place where a failed read or write becomes what the caller is told.
   *
   * @param headersThere whether the peer's header section has been read
   */
  IOException explained(IOException e, boolean headersThere) {
    if (e instanceof InterruptedIOException) {
      return e;
    }
    if (e instanceof ProtocolException violation) {
      return violated(violation);
    }
    if (e instanceof FieldSectionTooLargeException) {
      if (client || headersThere) {
        return violated(ProtocolException.stream(H3Error.H3_EXCESSIVE_LOAD, e.getMessage()));
      }
      log("the header section is too large: " + e.getMessage()); // which gets an answer
    }
    StreamEnd ended = end.get();
    if (ended != null) {
      return ended.exception();
    }
    if (e instanceof StreamResetException reset
        && client
        && reset.code().value() == H3Error.H3_REQUEST_REJECTED.code()) {
      // RFC 9114 §4.1.1: H3_REQUEST_REJECTED says that nothing was processed
      end(new StreamEnd.Rejected("the server rejected the request"), reset.code().value());
      return end.get().exception();
    }
    return e instanceof ConnectionClosedException ? connection.ended(e) : e;
  }

  private IOException violated(ProtocolException violation) {
    return switch (violation.scope()) {
      case CONNECTION -> {
        connection.fail(violation);
        yield connection.ended(violation);
      }
      case STREAM -> {
        if (!sealed()) {
          log(violation.toString());
        }
        ErrorCode code = new ErrorCode(violation.error().code());
        end(new StreamEnd.Violated(code, violation.getMessage()), code.value());
        yield end.get().exception();
      }
    };
  }

  private void log(String fault) {
    LOG.log(
        Level.DEBUG,
        () -> connection.quic().remoteAddress() + " stream " + quic.id() + ": " + fault);
  }
}
