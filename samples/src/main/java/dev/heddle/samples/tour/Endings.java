package dev.heddle.samples.tour;

import static dev.heddle.samples.tour.Guide.check;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.RequestRejectedException;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;

/** How sessions and connections end: broken off, cancelled, in good order. */
record Endings(Guide guide, SessionConnection connection, URI server, TourServer tourServer) {
  private static final ErrorCode CODE = new ErrorCode(4242);

  void reset() throws IOException, InterruptedException {
    guide.begin("reset");
    Headers request = Headers.get(server.resolve("/reset?code=" + CODE.value()));
    try (Session session = connection.open(request, new byte[0])) {
      session.bodyReader().readAllBytes();
      check(false, "half a response never looks whole");
    } catch (StreamResetException e) {
      check(e.code().equals(CODE) && e.fromPeer(), "the server's own code arrives");
    }
    check(status("/") == 200, "the connection is not affected");
    guide.done("GET /reset: the server gave up with code 4242, the reader got it as an exception");
  }

  void cancel() throws InterruptedException {
    guide.begin("cancel");
    try (var scope = StructuredTaskScope.open(Joiner.<Integer>anySuccessfulResultOrThrow())) {
      scope.fork(() -> status("/slow?ms=50"));
      scope.fork(() -> readToTheEnd("/forever"));
      check(scope.join() == 200, "the session that ends wins");
    }
    check(tourServer.sawEndOf("/forever"), "the server stops writing");
    guide.done("GET /forever lost a race: its thread was interrupted, and the server stopped");
  }

  void shutdown() throws IOException, InterruptedException {
    guide.begin("goodbye");
    Headers request = Headers.get(server.resolve("/slow?ms=400"));
    try (Session inProgress = connection.open(request, new byte[0]);
        var scope = StructuredTaskScope.open()) {
      check(tourServer.sawBeginningOf("/slow?ms=400"), "the server works on the request");
      scope.fork(() -> tourServer.server().shutdown(Duration.ofSeconds(5)));
      openUntilRejected();
      check(inProgress.headers().status().orElseThrow() == 200, "what is in progress is answered");
      check(inProgress.bodyReader().readAllBytes().length == 5, "the answer is whole");
      scope.join();
    }
    check(!connection.isOpen(), "the connection is closed");
    guide.done("GOAWAY: a new request was refused as safe to retry, the one in progress ended");
  }

  private void openUntilRejected() throws IOException, InterruptedException {
    try {
      while (status("/") == 200) {
        // The GOAWAY is on its way: until it is here, requests are answered.
      }
      check(false, "every request before the GOAWAY is answered");
    } catch (RequestRejectedException e) {
      check(e.getMessage().contains("safe to retry"), "the exception says what to do");
    }
  }

  private int status(String path) throws IOException, InterruptedException {
    try (Session session = connection.open(Headers.get(server.resolve(path)), new byte[0])) {
      return session.headers().status().orElseThrow();
    }
  }

  private Integer readToTheEnd(String path) throws IOException, InterruptedException {
    try (Session session = connection.open(Headers.get(server.resolve(path)), new byte[0])) {
      return session.bodyReader().readAllBytes().length;
    }
  }
}
