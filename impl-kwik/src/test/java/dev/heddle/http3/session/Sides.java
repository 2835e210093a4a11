package dev.heddle.http3.session;

import dev.heddle.DatagramOptions;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.TransportPair;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** The engine as client and as server, joined. */
record Sides(TransportPair pair, HeddleConnection client, HeddleConnection server)
    implements AutoCloseable {
  static final URI HERE = URI.create("https://a/");
  static final Headers GET = Headers.get(HERE);
  static final Headers POST = Headers.request("POST", HERE);
  static final byte[] NONE = {};

  static Sides with(SessionHandler handler) {
    return with(new TransportPair(), Limits.defaults(), handler);
  }

  /** A server whose sessions are accepted. */
  static Sides accepting() {
    return with(null);
  }

  static Sides with(TransportPair pair, Limits limits, SessionHandler handler) {
    DatagramOptions defaults = DatagramOptions.defaults();
    return with(pair, limits, defaults, defaults, handler);
  }

  static Sides with(
      TransportPair pair,
      Limits limits,
      DatagramOptions client,
      DatagramOptions server,
      SessionHandler handler) {
    return new Sides(
        pair,
        HeddleConnection.client(pair.client(), limits, client),
        HeddleConnection.server(pair.server(), limits, server, Optional.ofNullable(handler)));
  }

  /** Runs on a virtual thread; what it throws, or null. */
  static CompletableFuture<Throwable> inBackground(Action action) {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            action.run();
            thrown.complete(null);
          } catch (Throwable e) {
            thrown.complete(e);
          }
        });
    return thrown;
  }

  /** Runs on a virtual thread, and returns once that waits; what it throws, or null. */
  static CompletableFuture<Throwable> untilItWaits(Action action) {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CompletableFuture<Throwable> thrown =
        inBackground(() -> {
          thread.set(Thread.currentThread());
          action.run();
        });
    Eventually.until(() ->
        thrown.isDone()
            || thread.get() != null
                && (thread.get().getState() == Thread.State.WAITING
                    || thread.get().getState() == Thread.State.TIMED_WAITING));
    return thrown;
  }

  interface Action {
    void run() throws Throwable;
  }

  static String text(Session session) throws Exception {
    return new String(session.bodyReader().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
