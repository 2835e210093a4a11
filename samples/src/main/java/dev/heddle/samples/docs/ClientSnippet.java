package dev.heddle.samples.docs;

import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

final class ClientSnippet {
  private ClientSnippet() {}

  static void exchange(Path file) throws IOException, InterruptedException {
    // @start region=exchange
    URI uri = URI.create("https://example.org/upload");
    try (SessionConnection connection = Http3Client.builder().connect(uri);
        Session session = connection.open(Headers.request("PUT", uri))) {
      Files.copy(file, session.bodyWriter());
      session.finish(Headers.empty()); // or trailers; without it, close() would cancel the request

      int status = session.headers().status().orElseThrow();
      byte[] answer = session.bodyReader().readAllBytes();
      Headers trailers = session.trailers();
      System.out.println(status + ", " + answer.length + " bytes, trailers: " + trailers);
    }
    // @end
  }
}
