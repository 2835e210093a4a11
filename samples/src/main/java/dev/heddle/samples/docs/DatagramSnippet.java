package dev.heddle.samples.docs;

import dev.heddle.Capsule;
import dev.heddle.CapsuleStream;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramLimits;
import dev.heddle.DropPolicy;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.SessionHandler;
import java.io.IOException;
import java.net.URI;

final class DatagramSnippet {
  private DatagramSnippet() {}

  static void contexts(SessionConnection connection, URI uri, byte[] position)
      throws IOException, InterruptedException {
    // @start region=contexts
    try (Session session = connection.open(Headers.connect(uri, "game").withCapsuleProtocol());
        DatagramContext positions = session.registerDatagramContext();
        DatagramContext voice = session.registerDatagramContext()) {
      positions.writeDatagram(position);
      byte[] sound = voice.readDatagram(); // only what belongs to this context
      System.out.println(sound.length + " bytes of sound");
    }
    // @end
  }

  static SessionHandler plain() {
    // @start region=plain
    SessionHandler echo =
        session -> {
          session.respond(Headers.status(200));
          DatagramContext datagrams = session.datagramNoContext();
          while (true) { // ends with the exception that says how the session ended
            datagrams.writeDatagram(datagrams.readDatagram());
          }
        };
    // @end
    return echo;
  }

  static void capsules(Session session) throws IOException, InterruptedException {
    // @start region=capsules
    CapsuleStream capsules = session.capsules(0x2a);
    capsules.write(new Capsule(0x2a, "hello".getBytes()));
    System.out.println(new String(capsules.read().value()));
    // @end
  }

  static Limits limits() {
    // @start region=limits
    Limits limits =
        Limits.builder()
            .datagrams(
                DatagramLimits.builder()
                    .queue(1_024) // about a second at 1,000 per second
                    .dropPolicy(DropPolicy.DROP_NEWEST)
                    .maxContexts(16)
                    .build())
            .build();
    // @end
    return limits;
  }
}
