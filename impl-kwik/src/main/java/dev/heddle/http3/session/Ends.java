package dev.heddle.http3.session;

import dev.heddle.ConnectionClosedException;
import dev.heddle.RequestRejectedException;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * How a session ended, for every call that meets it: each gets an exception of its own, so that
 * none is ever suppressed in itself. Stateless.
 */
final class Ends {
  private Ends() {}

  /** What this side's own close or reset means. */
  static Supplier<IOException> closedHere() {
    return () -> new SessionClosedException("the session was closed on this side");
  }

  /** What the peer's end of its direction means. */
  static Supplier<IOException> endedByPeer() {
    return () -> new SessionClosedException("the peer has ended the session", true);
  }

  /** What the end of this side's direction means. */
  static Supplier<IOException> sendingEnded() {
    return () ->
        new SessionClosedException(
            "this side has ended its direction; datagrams and capsules go before that");
  }

  /** What a failed read or write of the session's stream means. */
  static Supplier<IOException> of(IOException met, RequestStream stream) {
    return switch (met) {
      case ConnectionClosedException closed -> () -> stream.connection().ended(closed);
      case StreamResetException reset -> {
        String words = reset.getMessage().replace(": " + reset.code(), "");
        yield () -> new StreamResetException(reset.code(), reset.fromPeer(), words);
      }
      case SessionClosedException closed ->
          () -> new SessionClosedException(closed.getMessage(), closed.fromPeer());
      case RequestRejectedException rejected ->
          () -> new RequestRejectedException(rejected.getMessage());
      default -> () -> new IOException(met.getMessage(), met);
    };
  }
}
