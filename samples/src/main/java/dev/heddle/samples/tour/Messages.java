package dev.heddle.samples.tour;

import static dev.heddle.samples.tour.Guide.check;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;

/** What a request and its response are made of. */
record Messages(Guide guide, SessionConnection connection, URI server) {

  void request() throws IOException, InterruptedException {
    guide.begin("request");
    Headers request =
        Headers.get(server.resolve("/headers")).with("x-second", "2").with("x-first", "1");
    try (Session session = connection.open(request, new byte[0])) {
      int status = session.headers().status().orElseThrow();
      String seen = new String(session.bodyReader().readAllBytes(), US_ASCII);
      check(status == 200, "the status is 200");
      check(seen.equals(request + "\n"), "the server saw these fields in this order:\n" + request);
      guide.done("GET /headers: 200, and the fields reached the server in the order of sending");
    }
  }

  void fullDuplex() throws IOException, InterruptedException {
    guide.begin("duplex");
    try (Session session = connection.open(Headers.request("POST", server.resolve("/echo")))) {
      OutputStream out = session.bodyWriter();
      InputStream in = session.bodyReader();
      for (String word : List.of("one", "two", "three")) {
        out.write(word.getBytes(US_ASCII));
        String back = new String(in.readNBytes(word.length()), US_ASCII);
        check(back.equals(word), "'" + word + "' comes back before the next word goes out");
      }
      out.close();
      check(in.read() == -1, "the response ends after the request");
      guide.done("POST /echo: three words, each back before the next one went out");
    }
  }

  void earlyHints() throws IOException, InterruptedException {
    guide.begin("hints");
    try (Session session = connection.open(Headers.get(server.resolve("/hints")), new byte[0])) {
      int status = session.headers().status().orElseThrow();
      List<Headers> hints = session.informational();
      check(status == 200 && hints.size() == 2, "two interim responses, then 200");
      List<String> links = hints.stream().map(hint -> hint.first("link").orElse("")).toList();
      check(links.getLast().equals("</app.js>; rel=preload"), "the last hint names /app.js");
      guide.done("GET /hints: 103 and 103 with links to fetch early, then 200");
    }
  }

  void trailers() throws IOException, InterruptedException {
    guide.begin("trailers");
    Headers sent = Headers.of("x-checksum", "900150983cd24fb0", "x-note", "sent after the body");
    try (Session session = connection.open(Headers.request("POST", server.resolve("/echo")))) {
      session.bodyWriter().write("abc".getBytes(US_ASCII));
      session.finish(sent);
      String body = new String(session.bodyReader().readAllBytes(), US_ASCII);
      check(body.equals("abc"), "the body comes back");
      check(session.trailers().equals(sent), "the trailers come back, in order");
      guide.done("POST /echo: two fields sent after the body, and two received after it");
    }
  }
}
