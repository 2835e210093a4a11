package dev.heddle.samples.datagrams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.heddle.DatagramContext;
import dev.heddle.DatagramStats;
import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.ServerCertificate;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;

/** The program: a sensor and a chat, each on a thread and a context of its own. */
public final class TelemetryAndChat {
  private static final Duration BETWEEN_READINGS = Duration.ofMillis(5);
  private static final Duration BETWEEN_LINES = Duration.ofMillis(250);
  private static final Duration ANSWERED_WITHIN = Duration.ofMillis(200);
  private static final int TRIES = 20;
  private static final List<String> LINES =
      List.of("is it warm over there?", "it is here", "see you tomorrow");

  private TelemetryAndChat() {}

  /**
   * Runs the program.
   *
   * @param lines what to say in the chat, a word or line each; something by default
   * @throws IOException if the network fails
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] lines) throws IOException, InterruptedException {
    run(lines.length == 0 ? LINES : List.of(lines));
  }

  private static void run(List<String> lines) throws IOException, InterruptedException {
    Station station = new Station();
    ServerCertificate certificate = ServerCertificate.development();
    try (Http3Server server =
        Http3Server.builder().certificate(certificate).handler(station).start()) {
      URI uri = URI.create("https://127.0.0.1:" + server.localAddress().getPort() + "/station");
      Headers request = Headers.connect(uri, "telemetry-and-chat").withCapsuleProtocol();
      try (SessionConnection connection =
              Http3Client.builder().trustSha256(certificate.sha256()).connect(uri);
          Session session = connection.open(request);
          DatagramContext telemetry = session.registerDatagramContext(Formats.TELEMETRY);
          DatagramContext chat = session.registerDatagramContext(Formats.CHAT)) {
        System.out.printf(
            "one request stream, telemetry on context %d, chat on context %d%n",
            telemetry.contextId().orElseThrow(), chat.contextId().orElseThrow());
        talkWhileMeasuring(telemetry, chat, lines);
        report("telemetry", telemetry.stats());
        report("chat", chat.stats());
      }
    }
    System.out.printf("the station has %d readings%n", station.readings());
  }

  /** Whichever is done first ends the other: the chat has an end, the sensor has none. */
  private static void talkWhileMeasuring(
      DatagramContext telemetry, DatagramContext chat, List<String> lines)
      throws InterruptedException {
    try (var both = StructuredTaskScope.open(Joiner.<Void>anySuccessfulResultOrThrow())) {
      both.fork(() -> measure(telemetry));
      both.fork(() -> talk(chat, lines));
      both.join();
    }
  }

  private static Void talk(DatagramContext chat, List<String> lines)
      throws IOException, InterruptedException {
    for (int i = 0; i < lines.size(); i++) {
      say(chat, i + " " + lines.get(i));
      System.out.println("said: " + lines.get(i));
      Thread.sleep(BETWEEN_LINES);
    }
    return null;
  }

  /** A reading that cannot be sent at once is out of date: it is left out. */
  private static Void measure(DatagramContext telemetry) throws IOException, InterruptedException {
    for (long number = 0; ; number++) {
      double degrees = 20 + Math.sin(number / 100.0);
      telemetry.tryWriteDatagram(String.format("%d %.2f", number, degrees).getBytes(UTF_8));
      Thread.sleep(BETWEEN_READINGS);
    }
  }

  /** Datagrams can get lost: the line is said again until its number comes back. */
  private static void say(DatagramContext chat, String line)
      throws IOException, InterruptedException {
    long number = Station.number(line.getBytes(UTF_8));
    for (int i = 0; i < TRIES; i++) {
      chat.writeDatagram(line.getBytes(UTF_8));
      Optional<byte[]> answer = chat.readDatagram(ANSWERED_WITHIN);
      while (answer.isPresent() && Station.number(answer.get()) != number) {
        answer = chat.readDatagram(ANSWERED_WITHIN); // a late answer to an earlier line
      }
      if (answer.isPresent()) {
        return;
      }
    }
    throw new IOException("nobody answers: " + line);
  }

  private static void report(String name, DatagramStats stats) {
    System.out.printf(
        "%s: %d sent, %d received, dropped %s%n",
        name, stats.sent(), stats.received(), stats.dropped());
  }
}
