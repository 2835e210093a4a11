package dev.heddle.samples.client;

import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.FailedException;

/**
 * One request and its response. Sending and receiving go on at the same time, on a virtual thread
 * each, as a server may answer while it still reads.
 *
 * @param request what to send
 * @param transcript who is shown the fields
 * @param progress who is told how far it is
 */
record Exchange(Request request, Transcript transcript, Progress progress) {
  private static final int BUFFER_BYTES = 65_536;

  /** Where the body goes; opened once there is a response. */
  @FunctionalInterface
  interface Destination {
    OutputStream open() throws IOException;
  }

  /** Makes the request. Returns the status of the final response, after its body has ended. */
  int over(SessionConnection connection, Destination destination)
      throws IOException, InterruptedException {
    Headers headers = request.headers();
    transcript.sent(headers);
    if (request.headersOnly()) {
      try (Session session = connection.open(headers, new byte[0])) {
        return receive(session, destination);
      }
    }
    try (Session session = connection.open(headers);
        var scope = StructuredTaskScope.<Integer>open()) {
      var status = scope.fork(() -> receive(session, destination));
      scope.fork(() -> send(session));
      scope.join();
      return status.get();
    } catch (FailedException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case InterruptedException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        default -> throw e;
      }
    }
  }

  private Integer send(Session session) throws IOException {
    try (InputStream body = request.body().open()) {
      OutputStream out = session.bodyWriter();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        progress.sent(n);
      }
      session.finish(request.trailers());
      transcript.sentTrailers(request.trailers());
    } catch (StreamResetException e) {
      // RFC 9114 §4.1: a server may stop reading and still answer. What counts is its response.
    }
    return 0;
  }

  private Integer receive(Session session, Destination destination)
      throws IOException, InterruptedException {
    Headers response = session.headers();
    transcript.received(session.informational(), response);
    try (OutputStream out = destination.open()) {
      InputStream body = session.bodyReader();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        progress.received(n);
      }
    }
    transcript.receivedTrailers(session.trailers());
    return response.status().orElseThrow();
  }
}
