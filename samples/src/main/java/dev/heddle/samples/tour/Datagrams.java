package dev.heddle.samples.tour;

import static dev.heddle.samples.tour.Guide.check;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.heddle.DatagramContext;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** Datagrams, and two applications that share one request stream for theirs. */
record Datagrams(Guide guide, SessionConnection connection, URI server) {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int TRIES = 8;

  void plain() throws IOException, InterruptedException {
    guide.begin("datagrams");
    try (Session session = open("/datagrams");
        DatagramContext datagrams = session.datagramNoContext()) {
      echo(datagrams, "hello");
      guide.done(
          "CONNECT /datagrams: one there and back; up to "
              + datagrams.maxDatagramSize()
              + " bytes fit");
    }
  }

  void contexts() throws IOException, InterruptedException {
    guide.begin("contexts");
    try (Session session = open("/datagrams/contexts");
        DatagramContext chat = session.registerDatagramContext()) {
      try (DatagramContext telemetry = session.registerDatagramContext()) {
        check(telemetry.contextId().orElse(0) != chat.contextId().orElse(0), "the ids differ");
        echo(telemetry, "21.5");
        echo(chat, "hi");
      }
      echo(chat, "bye");
      guide.done("CONNECT /datagrams/contexts: telemetry and chat on one stream, then chat alone");
    }
  }

  private Session open(String path) throws IOException, InterruptedException {
    Session session = connection.open(Headers.connect(server.resolve(path), "datagram-echo"));
    check(session.headers().status().orElseThrow() == 200, "the server accepts the session");
    return session;
  }

  /** Datagrams may get lost or come twice, also on loopback: who needs an answer asks again. */
  private static void echo(DatagramContext context, String text)
      throws IOException, InterruptedException {
    byte[] sent = text.getBytes(US_ASCII);
    for (int i = 0; i < TRIES; i++) {
      context.writeDatagram(sent);
      Optional<byte[]> back = context.readDatagram(PATIENCE);
      while (back.isPresent() && !Arrays.equals(back.get(), sent)) {
        back = context.readDatagram(PATIENCE);
      }
      if (back.isPresent()) {
        return;
      }
    }
    throw new IOException("no datagram came back in " + TRIES + " tries");
  }
}
