package dev.heddle.samples.tour;

import dev.heddle.Http3Client;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/** The tour's program. Ends with status 0 if every step gave what it claims. */
public final class Tour {
  private static final Duration AT_MOST = Duration.ofSeconds(14);

  private final Guide guide = new Guide(System.out);

  /** Null until the tour has failed or passed; written before its thread ends. */
  private Throwable failure;

  private Tour() {}

  /**
   * Runs the tour.
   *
   * @param args none
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    System.exit(new Tour().walk() ? 0 : 1);
  }

  private boolean walk() throws InterruptedException {
    long start = System.nanoTime();
    System.out.println("A server and a client in this process, over UDP on loopback.\n");
    Thread tour = Thread.ofVirtual().start(this::steps);
    if (!tour.join(AT_MOST)) {
      System.err.println("\nThe tour hangs at " + guide.current() + ".");
      return false;
    }
    if (failure != null) {
      System.err.println("\nThe tour failed at " + guide.current() + ": " + failure.getMessage());
      failure.printStackTrace();
      return false;
    }
    System.out.printf(
        Locale.ROOT,
        "%nEvery step gave what it claims, in %.1f s.%n",
        (System.nanoTime() - start) / 1e9);
    return true;
  }

  private void steps() {
    guide.begin("server");
    try (TourServer server = new TourServer()) {
      URI uri = URI.create("https://127.0.0.1:" + server.server().localAddress().getPort());
      String hash = server.certificate().sha256();
      guide.done("listens on " + uri + " with a certificate made just now");
      guide.begin("connect");
      try (SessionConnection connection = Http3Client.builder().trustSha256(hash).connect(uri)) {
        guide.done(
            "one connection, the certificate known by its hash " + hash.substring(0, 16) + "...");
        visit(server, connection, uri);
      }
    } catch (Throwable e) {
      failure = e; // whatever it is, the tour has failed and says so
    }
  }

  private void visit(TourServer server, SessionConnection connection, URI uri)
      throws IOException, InterruptedException {
    Messages messages = new Messages(guide, connection, uri);
    messages.request();
    messages.fullDuplex();
    messages.earlyHints();
    messages.trailers();
    new ManySessions(guide, connection, uri).atOnce();
    Datagrams datagrams = new Datagrams(guide, connection, uri);
    datagrams.plain();
    datagrams.contexts();
    Endings endings = new Endings(guide, connection, uri, server);
    endings.reset();
    endings.cancel();
    endings.shutdown();
  }
}
