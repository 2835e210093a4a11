package dev.heddle.http3.kwik;

import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Servers and requests on loopback that the tests here share. */
final class Loopback {
  static final ServerCertificate CERTIFICATE = ServerCertificate.development();

  private Loopback() {}

  /** Answers 200 and sends the request's body back as it comes. */
  static void echo(Session session) throws Exception {
    session.respond(Headers.status(200));
    try (InputStream in = session.bodyReader()) {
      in.transferTo(session.bodyWriter());
    }
  }

  static Http3Server echoServer() throws IOException {
    return Http3Server.builder().certificate(CERTIFICATE).handler(Loopback::echo).start();
  }

  /** Where a server is, under another name for it. */
  static URI uri(Http3Server server, String host) {
    return URI.create("https://" + host + ":" + server.localAddress().getPort() + "/");
  }

  static URI uri(Http3Server server) {
    return uri(server, "127.0.0.1");
  }

  /** A client that trusts exactly {@link #CERTIFICATE}. */
  static Http3Client.Builder client() {
    return Http3Client.builder().trustSha256(CERTIFICATE.sha256());
  }

  static SessionConnection connect(Http3Server server) throws Exception {
    return client().connect(uri(server));
  }

  /** Sends a text to an echo server and gives back what it answers. */
  static String echoed(SessionConnection connection, URI uri, String text) throws Exception {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (Session session = connection.open(Headers.request("POST", uri), body)) {
      return new String(session.bodyReader().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What a call throws on a thread of its own, which can be interrupted. */
  static Caller call(Call call) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual()
            .name("test call")
            .start(() -> {
              try {
                call.run();
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    return new Caller(thread, thrown);
  }

  /** Something that may throw. */
  interface Call {
    void run() throws Exception;
  }

  /** A call under way. */
  record Caller(Thread thread, AtomicReference<Throwable> thrown) {
    /** Waits until the thread waits for something. */
    Caller untilItWaits() {
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (thread.isAlive()
          && thread.getState() != Thread.State.WAITING
          && thread.getState() != Thread.State.TIMED_WAITING) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("the call does not wait but is " + thread.getState());
        }
        Thread.onSpinWait();
      }
      return this;
    }

    /** Waits for the end; gives back what was thrown, or null. */
    Throwable end() throws InterruptedException {
      if (!thread.join(Duration.ofSeconds(10))) {
        throw new AssertionError("the call does not end");
      }
      return thrown.get();
    }
  }
}
