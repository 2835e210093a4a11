package dev.heddle.samples.server;

import dev.heddle.ConnectionClosedException;
import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;

/** Reports what clients do wrong, a line for each. Any thread. */
final class Faults {
  private static final int MOST_CHARACTERS = 300;
  private final PrintStream out;

  Faults(PrintStream out) {
    this.out = out;
  }

  /** A request that was answered with an error. */
  void refused(Session session, Headers response, String reason)
      throws IOException, InterruptedException {
    report(session, response.first(":status").orElse("") + " " + reason);
  }

  /** A session that the client or the network ended; what Heddle ended is told by its log. */
  void ended(Session session, Http3Exception failure) throws IOException, InterruptedException {
    boolean toldElsewhere =
        failure instanceof SessionClosedException
            || failure instanceof StreamResetException reset && !reset.fromPeer()
            || failure instanceof ConnectionClosedException closed
                && closed.origin() == ConnectionClosedException.Origin.LOCAL;
    if (!toldElsewhere) {
      report(session, failure.getMessage());
    }
  }

  /**
   * What the client did on a stream or connection that was ended for it, beginning with its
   * address.
   */
  void violated(String what) {
    out.println(printable(what.startsWith("/") ? what.substring(1) : what));
  }

  private void report(Session session, String what) throws IOException, InterruptedException {
    Headers request = session.headers();
    InetSocketAddress client = session.connection().remoteAddress();
    String from = client.getAddress().getHostAddress() + ":" + client.getPort();
    String method = request.method().orElse("");
    String target = request.path().or(request::authority).orElse("");
    out.println(printable(from + " " + method + " " + target + ": " + what));
  }

  /** One line that a terminal shows as it is, whatever the client put into its path. */
  private static String printable(String text) {
    StringBuilder line = new StringBuilder();
    text.chars()
        .limit(MOST_CHARACTERS)
        .forEach(c -> line.append(c < ' ' || c > '~' ? '?' : (char) c));
    return line.append(text.length() > MOST_CHARACTERS ? "..." : "").toString();
  }
}
