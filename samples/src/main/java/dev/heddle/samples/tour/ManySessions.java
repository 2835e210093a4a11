package dev.heddle.samples.tour;

import static dev.heddle.samples.tour.Guide.check;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.StructuredTaskScope.Subtask;
import java.util.stream.IntStream;

/** Many sessions on one connection: each has a virtual thread, and the code reads as for one. */
record ManySessions(Guide guide, SessionConnection connection, URI server) {
  private static final int COUNT = 1_000;

  void atOnce() throws InterruptedException {
    guide.begin("many");
    List<URI> uris =
        IntStream.range(0, COUNT).mapToObj(i -> server.resolve("/headers?session=" + i)).toList();
    long start = System.nanoTime();
    List<String> answers = fetchAll(uris);
    long millis = (System.nanoTime() - start) / 1_000_000;
    for (int i = 0; i < COUNT; i++) {
      String own = ":path: /headers?session=" + i + "\n";
      check(answers.get(i).contains(own), "session " + i + " gets its own answer");
    }
    guide.done(
        String.format("%,d sessions on this one connection at once, in %,d ms", COUNT, millis));
  }

  /** All of them or an exception: when one fails, the others are cancelled. */
  private List<String> fetchAll(List<URI> uris) throws InterruptedException {
    try (var scope = StructuredTaskScope.open(Joiner.<String>allSuccessfulOrThrow())) {
      uris.forEach(uri -> scope.fork(() -> fetch(uri)));
      return scope.join().map(Subtask::get).toList();
    }
  }

  private String fetch(URI uri) throws IOException, InterruptedException {
    try (Session session = connection.open(Headers.get(uri), new byte[0])) {
      return new String(session.bodyReader().readAllBytes(), US_ASCII);
    }
  }
}
