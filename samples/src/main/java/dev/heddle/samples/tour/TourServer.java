package dev.heddle.samples.tour;

import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.samples.server.SampleServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The endpoints of the sample server, and a way to see what happens to a session on this side. */
final class TourServer implements AutoCloseable {
  private static final int SECONDS_TO_WAIT = 5;

  private final ServerCertificate certificate = ServerCertificate.development();
  private final SessionHandler endpoints =
      SampleServer.endpoints(
          new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  private final ConcurrentHashMap<String, CountDownLatch> begun = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, CountDownLatch> ended = new ConcurrentHashMap<>();
  private final Http3Server server;

  TourServer() throws IOException {
    server = Http3Server.builder().certificate(certificate).handler(this::handle).start();
  }

  Http3Server server() {
    return server;
  }

  ServerCertificate certificate() {
    return certificate;
  }

  boolean sawBeginningOf(String path) throws InterruptedException {
    return latch(begun, path).await(SECONDS_TO_WAIT, TimeUnit.SECONDS);
  }

  boolean sawEndOf(String path) throws InterruptedException {
    return latch(ended, path).await(SECONDS_TO_WAIT, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    server.close();
  }

  private void handle(Session session) throws Exception {
    String path = session.headers().path().orElse("");
    latch(begun, path).countDown();
    try {
      endpoints.handle(session);
    } finally {
      latch(ended, path).countDown();
    }
  }

  private static CountDownLatch latch(
      ConcurrentHashMap<String, CountDownLatch> latches, String path) {
    return latches.computeIfAbsent(path, unused -> new CountDownLatch(1));
  }
}
