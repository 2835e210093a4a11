package dev.heddle.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A Go peer in one of its modes: commands go in, each gets one reply. Any number of threads. */
final class Peer implements AutoCloseable {
  private static final int REPLY_LIMIT_SECONDS = 90;

  private final Child child;
  private final Map<String, CompletableFuture<Reply>> open = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final Thread reader;

  /** What a peer in server mode said when it began to listen; empty in the other modes. */
  final String greeting;

  private Peer(String mode) {
    try {
      child = new Child(List.of(GoBinary.path().toString(), mode));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    greeting = mode.equals("server") ? child.line() : "";
    reader = Thread.ofVirtual().start(this::read);
  }

  static Peer server() {
    return new Peer("server");
  }

  static Peer client() {
    return new Peer("client");
  }

  static Peer raw() {
    return new Peer("raw");
  }

  private void read() {
    try {
      while (!Thread.interrupted()) {
        String line = child.line(1_000);
        if (line != null) {
          Reply reply = new Reply(Json.object(line));
          CompletableFuture<Reply> waiting = open.remove(reply.text("id"));
          if (waiting != null) {
            waiting.complete(reply);
          }
        } else if (!child.isAlive()) {
          open.values()
              .forEach(w -> w.completeExceptionally(new IllegalStateException("the peer ended")));
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Sends a command; the future gets the reply. */
  CompletableFuture<Reply> begin(String cmd, Map<String, ?> arguments) {
    String id = Long.toString(ids.incrementAndGet());
    return begin(id, cmd, arguments);
  }

  private CompletableFuture<Reply> begin(String id, String cmd, Map<String, ?> arguments) {
    Map<String, Object> command = new LinkedHashMap<>();
    command.put("id", id);
    command.put("cmd", cmd);
    command.putAll(arguments);
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    open.put(id, reply);
    try {
      child.send(Json.write(command));
    } catch (IOException e) {
      throw new UncheckedIOException("the peer is gone", e);
    }
    return reply;
  }

  /** What the peer is to tell in the middle of a command: a name for it, and when that comes. */
  record Told(String id, CompletableFuture<Reply> reply) {}

  Told told() {
    String id = "told-" + ids.incrementAndGet();
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    open.put(id, reply);
    return new Told(id, reply);
  }

  /** Sends a command and waits for its reply. */
  Reply ask(String cmd, Map<String, ?> arguments) {
    return wait(begin(cmd, arguments));
  }

  static Reply wait(CompletableFuture<Reply> reply) {
    try {
      Reply done = reply.get(REPLY_LIMIT_SECONDS, TimeUnit.SECONDS);
      if (done.has("failure")) {
        throw new IllegalStateException("the peer cannot do that: " + done.text("failure"));
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new AssertionError("the peer does not answer", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    reader.interrupt();
    child.close();
  }
}
