package dev.heddle.samples.client;

import dev.heddle.HeaderField;
import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.samples.cli.Arguments;
import dev.heddle.samples.cli.UsageException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the client's command line. Use once. */
final class ClientArguments {
  private static final int MOST_REPEATS = 10_000_000;
  private static final int MOST_CONCURRENT = 100_000;

  private final Arguments arguments;
  private final Http3Client.Builder connector = Http3Client.builder();
  private final List<HeaderField> fields = new ArrayList<>();
  private final List<HeaderField> trailers = new ArrayList<>();
  private Body body = new Body.None();
  private String method;
  private String trust;
  private String url;
  private Path output;
  private int count;
  private int concurrent;
  private boolean verbose;

  private ClientArguments(String... words) {
    arguments = new Arguments(words);
  }

  static ClientCommand parse(String... words) throws UsageException {
    ClientArguments read = new ClientArguments(words);
    while (read.arguments.more()) {
      read.take(read.arguments.next());
    }
    return read.command();
  }

  private void take(String word) throws UsageException {
    switch (word) {
      case "-X" -> method = arguments.valueOf(word);
      case "-H" -> fields.add(field(word, arguments.valueOf(word)));
      case "-t" -> trailers.add(field(word, arguments.valueOf(word)));
      case "-d" -> body(new Body.Text(arguments.valueOf(word).getBytes(StandardCharsets.UTF_8)));
      case "--data-file" -> body(new Body.OfFile(readable(word, arguments.fileOf(word))));
      case "--ca", "--sha256", "--insecure" -> trust(word);
      case "-o" -> output = arguments.fileOf(word);
      case "-n" -> count = arguments.numberOf(word, 1, MOST_REPEATS);
      case "-c" -> concurrent = arguments.numberOf(word, 1, MOST_CONCURRENT);
      case "-v" -> verbose = true;
      default -> {
        if (word.startsWith("-")) {
          throw new UsageException("the client has no option " + word);
        } else if (url != null) {
          throw new UsageException("one URL at a time; " + word + " is a second one");
        }
        url = word;
      }
    }
  }

  private ClientCommand command() throws UsageException {
    if (url == null) {
      throw new UsageException("the URL is missing");
    }
    boolean repeated = count > 0 || concurrent > 0;
    if (repeated && output != null) {
      throw new UsageException("-o does not go with -n and -c, which print no bodies");
    }
    int atOnce = Math.max(1, concurrent);
    int times = count > 0 ? count : atOnce;
    return new ClientCommand(
        connector,
        request(),
        Optional.ofNullable(output),
        repeated
            ? Optional.of(new ClientCommand.Repeat(times, Math.min(atOnce, times)))
            : Optional.empty(),
        verbose);
  }

  private Request request() throws UsageException {
    String verb = method != null ? method : body instanceof Body.None ? "GET" : "POST";
    try {
      Request request =
          new Request(verb, uri(url), List.copyOf(fields), body, Headers.of(trailers));
      request.headers(); // what cannot be sent is said before anything connects
      return request;
    } catch (URISyntaxException | IllegalArgumentException | IOException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static URI uri(String url) throws URISyntaxException, UsageException {
    if (!url.contains("://")) {
      throw new UsageException("a URL begins with https://, as in https://" + url);
    }
    return new URI(url);
  }

  private void body(Body given) throws UsageException {
    if (!(body instanceof Body.None)) {
      throw new UsageException("a request has one body: give -d or --data-file once");
    }
    body = given;
  }

  private void trust(String option) throws UsageException {
    if (trust != null) {
      throw new UsageException(
          trust.equals(option) ? "give " + option + " once" : option + " excludes " + trust);
    }
    trust = option;
    try {
      switch (option) {
        case "--ca" -> connector.trustAuthorities(arguments.fileOf(option));
        case "--sha256" -> connector.trustSha256(arguments.valueOf(option));
        default -> connector.insecurelyTrustEveryServer();
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static Path readable(String option, Path file) throws UsageException {
    if (Files.isDirectory(file) || !Files.isReadable(file)) {
      throw new UsageException(option + ": there is no file to read at " + file);
    }
    return file;
  }

  /** A field of the command line; its name may be written as HTTP/1.1 does, with capitals. */
  private static HeaderField field(String option, String text) throws UsageException {
    if (text.startsWith(":")) {
      throw new UsageException(
          option + " takes no pseudo-field: method and target follow from -X and the URL: " + text);
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new UsageException(option + " needs 'name: value', not '" + text + "'");
    }
    String name = text.substring(0, colon).toLowerCase(Locale.ROOT);
    String value = text.substring(colon + 1).strip();
    try {
      return new HeaderField(
          name, new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }
}
