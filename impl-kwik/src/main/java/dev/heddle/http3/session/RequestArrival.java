package dev.heddle.http3.session;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.http3.connection.Http3Connection;
import dev.heddle.http3.connection.OutgoingMessage;
import dev.heddle.http3.connection.RequestStream;
import dev.heddle.http3.qpack.FieldSectionTooLargeException;
import java.io.IOException;
import java.util.Optional;

/** Waits for the headers of one request and makes a session of it. On the stream's own thread. */
record RequestArrival(HeddleConnection owner, Http3Connection connection, RequestStream stream) {

  /** The session, or empty if the request was refused or never came. */
  Optional<RequestSession> session() {
    try {
      Headers request = stream.headers();
      if (request.protocol().isPresent()) {
        connection.datagrams().awaitSettled(); // among the half-open requests, which are limited
      }
      if (!connection.headersArrived(stream)) {
        return Optional.empty(); // too late: the watch has rejected it
      }
      OutgoingMessage messages = OutgoingMessage.responses(connection, request);
      return Optional.of(new RequestSession(stream, owner, messages, false));
    } catch (FieldSectionTooLargeException e) {
      // RFC 9114 §4.2.2: a request whose fields are too many can be answered with 431
      refuse(431);
    } catch (IOException e) {
      // It was given up or malformed, the connection has ended, or the watch did not wait longer.
      stream.end(ErrorCode.H3_REQUEST_CANCELLED);
    } catch (InterruptedException e) {
      stream.end(ErrorCode.H3_REQUEST_CANCELLED); // nobody has a reason to interrupt this thread
    }
    return Optional.empty();
  }

  private void refuse(int status) {
    try {
      stream.send(Headers.status(status), new byte[0]);
    } catch (IOException e) {
      // The client has gone: nobody is left to tell.
    }
    stream.end(ErrorCode.H3_NO_ERROR);
  }
}
