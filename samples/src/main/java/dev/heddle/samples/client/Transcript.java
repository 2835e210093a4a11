package dev.heddle.samples.client;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Shows the fields of an exchange, a section at a time. Any thread. */
final class Transcript {
  private static final PrintStream NOWHERE =
      new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private final PrintStream out;

  private Transcript(PrintStream out) {
    this.out = out;
  }

  static Transcript to(PrintStream out) {
    return new Transcript(out);
  }

  static Transcript none() {
    return new Transcript(NOWHERE);
  }

  void sent(Headers headers) {
    show("> ", headers);
  }

  void sentTrailers(Headers trailers) {
    show(">> ", trailers);
  }

  void received(List<Headers> informational, Headers headers) {
    informational.forEach(interim -> show("< ", interim));
    show("< ", headers);
  }

  void receivedTrailers(Headers trailers) {
    show("<< ", trailers);
  }

  void took(Duration time) {
    out.println("time: " + Summary.millis(time.toNanos()));
  }

  private void show(String mark, Headers section) {
    StringBuilder lines = new StringBuilder();
    for (HeaderField field : section) {
      lines
          .append(mark)
          .append(field.name())
          .append(": ")
          .append(octets(field.value()))
          .append('\n');
    }
    out.print(lines);
    out.flush();
  }

  /** Field values are octets, which are mostly UTF-8 where they are not ASCII. */
  private static String octets(String value) {
    return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
