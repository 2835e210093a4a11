package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One row of a table: what a server does to our client, what the client's program must see, and
 * what the server must see. The expectations come from the specifications' text.
 */
record Trap(String sentence, String method, Script script, Use use, Consumer<Seen> answer) {

  /** What a program does with the session that it opened; the request has been sent whole. */
  @FunctionalInterface
  interface Use {
    void of(Session session) throws Exception;
  }

  /** The start of most scripts: SETTINGS, then the request is taken and read to its end. */
  static Script taken() {
    return Script.decent().accept("r").awaitEnd("r");
  }

  /** The client must close the connection with one of these codes, and tell its program so. */
  static Trap closes(String sentence, Script script, Long... codes) {
    return new Trap(
        sentence,
        "GET",
        script.awaitClose(),
        session -> {
          Throwable failure = failure(session);
          assertThat(failure).isInstanceOf(ConnectionClosedException.class);
          ConnectionClosedException closed = (ConnectionClosedException) failure;
          assertThat(closed.origin()).isEqualTo(ConnectionClosedException.Origin.LOCAL);
          assertThat(closed.code().map(ErrorCode::value).orElseThrow()).isIn((Object[]) codes);
        },
        seen -> Violation.closedWith(seen, codes));
  }

  /** RFC 9114 section 4.1.2: the client must not accept it, and stops the stream. */
  static Trap malformed(String sentence, byte[]... response) {
    return malformed(sentence, "GET", response);
  }

  static Trap malformed(String sentence, String method, byte[]... response) {
    return new Trap(
        sentence,
        method,
        taken().write("r", response).awaitStop("r"),
        session -> resetHere(session, ErrorCode.H3_MESSAGE_ERROR),
        seen ->
            assertThat(seen.stream("r").stopCode()).as("%s", seen).hasValue(Code.H3_MESSAGE_ERROR));
  }

  /** The same, but the stream ends, so that there is nothing left to stop. */
  static Trap malformedAtEnd(String sentence, byte[]... response) {
    return new Trap(
        sentence,
        "GET",
        taken().writeWithEnd("r", response).awaitClose(),
        session -> resetHere(session, ErrorCode.H3_MESSAGE_ERROR),
        seen -> {});
  }

  static Trap legal(String sentence, Script script, Use use) {
    return new Trap(sentence, "GET", script.awaitClose(), use, seen -> {});
  }

  static void resetHere(Session session, ErrorCode code) {
    Throwable failure = failure(session);
    assertThat(failure).isInstanceOf(StreamResetException.class);
    assertThat(((StreamResetException) failure).code()).isEqualTo(code);
    assertThat(((StreamResetException) failure).fromPeer()).isFalse();
  }

  /** Reads the whole response; it must fail, and the failure is returned. */
  static Throwable failure(Session session) {
    try {
      Headers headers = session.headers();
      byte[] body = session.bodyReader().readAllBytes();
      Headers trailers = session.trailers();
      throw new AssertionError(
          "accepted: " + headers + ", " + body.length + " bytes, trailers " + trailers);
    } catch (Exception e) {
      return e;
    }
  }

  /** Lets the client walk into it, then looks at both sides. */
  void check(Rig rig) throws Exception {
    Reply lure = rig.raw().ask("listen", script.arguments());
    Target target = new Target("https://" + lure.text("address"), lure.text("sha256"));
    try (SessionConnection connection = GoServerTest.connect(target)) {
      URI uri = URI.create(target.origin() + "/x");
      try (Session session = connection.open(Headers.request(method, uri), new byte[0])) {
        use.of(session);
        if (!script.awaitsClose()) {
          report(rig, lure); // while the stream is still open: closing would overtake its end
          return;
        }
      }
    }
    report(rig, lure);
  }

  private void report(Rig rig, Reply lure) {
    Seen seen = new Seen(rig.raw().ask("report", Map.of("of", lure.text("id"))));
    answer.accept(seen);
    assertThat(seen.notes()).as("what came too late: %s", seen).isEmpty();
  }

  @Override
  public String toString() {
    return sentence;
  }
}
