package dev.heddle.http3.connection;

import dev.heddle.ErrorCode;
import dev.heddle.Http3Exception;
import dev.heddle.RequestRejectedException;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;

/**
 * Why a request stream ended on this side. The first reason counts; each call that meets it throws
 * an exception of its own, so that none is ever suppressed in itself.
 */
sealed interface StreamEnd {
  Http3Exception exception();

  /** The program closed or reset the session, as most sessions end: one object for all. */
  StreamEnd CLOSED = new Closed();

  /** See {@link #CLOSED}. */
  record Closed() implements StreamEnd {
    @Override
    public Http3Exception exception() {
      return new SessionClosedException("the session was closed on this side");
    }
  }

  /** The peer broke a rule on this stream. */
  record Violated(ErrorCode code, String message) implements StreamEnd {
    @Override
    public Http3Exception exception() {
      return new StreamResetException(code, false, message);
    }
  }

  /** The server will not process the request. */
  record Rejected(String message) implements StreamEnd {
    @Override
    public Http3Exception exception() {
      return new RequestRejectedException(message);
    }
  }
}
