package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.CapsulePolicy;
import dev.heddle.Datagram;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramOptions;
import dev.heddle.DatagramTooLargeException;
import dev.heddle.DatagramsNotNegotiatedException;
import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionConnection;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Datagrams, contexts and capsules between two Heddles over UDP. */
@Timeout(60)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramLoopbackTest {
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Sends everything back as it came: on path / without contexts, elsewhere with. */
  static void echo(Session session) throws Exception {
    session.respond(Headers.status(200));
    if (session.headers().path().orElseThrow().equals("/")) {
      echo(session.datagramNoContext());
    }
    while (true) {
      DatagramContext context = session.acceptDatagramContext();
      Thread.ofVirtual()
          .name("echo")
          .start(() -> {
            try {
              echo(context);
            } catch (IOException | InterruptedException e) {
              // the context has ended
            }
          });
    }
  }

  private static void echo(DatagramContext context) throws IOException, InterruptedException {
    while (true) {
      Datagram datagram = context.receive();
      if (datagram.inCapsule()) {
        context.writeInCapsule(datagram.payload());
      } else {
        writeIfItFits(context, datagram.payload());
      }
    }
  }

  /** The way back may not have been found to take as much as the way there: then it is lost. */
  private static void writeIfItFits(DatagramContext context, byte[] payload)
      throws IOException, InterruptedException {
    try {
      context.writeDatagram(payload);
    } catch (DatagramTooLargeException e) {
      // the client will send it again
    }
  }

  static Http3Server server(DatagramOptions options) throws IOException {
    return Http3Server.builder()
        .certificate(Loopback.CERTIFICATE)
        .datagrams(options)
        .handler(DatagramLoopbackTest::echo)
        .start();
  }

  static Session open(SessionConnection connection, Http3Server server, String path)
      throws Exception {
    URI uri = Loopback.uri(server).resolve(path);
    return connection.open(Headers.connect(uri, "echo").withCapsuleProtocol());
  }

  /** Writes until the echo is there, as everyone must who wants more than UDP gives. */
  static void exchange(DatagramContext context, String text) throws Exception {
    for (int i = 0; i < 100; i++) {
      context.writeDatagram(bytes(text));
      Optional<byte[]> echo = context.readDatagram(Duration.ofMillis(100));
      while (echo.isPresent()) {
        if (text(echo.get()).equals(text)) {
          return;
        }
        echo = context.readDatagram(Duration.ofMillis(100));
      }
    }
    throw new AssertionError("no echo of " + text);
  }

  @Test
  void datagramsGoThereAndBack() throws Exception {
    try (Http3Server server = server(DatagramOptions.defaults());
        SessionConnection connection = Loopback.connect(server);
        Session session = open(connection, server, "/")) {
      assertThat(connection.peerSettings().datagrams()).isTrue();
      DatagramContext context = session.datagramNoContext();
      for (int i = 0; i < 100; i++) {
        exchange(context, "number " + i);
      }
      context.writeInCapsule(bytes("reliably"));
      Datagram echo = context.receive();
      while (!echo.inCapsule()) {
        echo = context.receive();
      }
      assertThat(text(echo.payload())).isEqualTo("reliably");
      assertThat(session.headers().capsuleProtocol()).isTrue();
      session.finish(Headers.empty());
      assertThatThrownBy(() -> readAll(context))
          .isInstanceOfSatisfying(
              SessionClosedException.class, e -> assertThat(e.fromPeer()).isTrue());
    }
  }

  private static void readAll(DatagramContext context) throws Exception {
    while (true) {
      context.readDatagram();
    }
  }

  @Test
  void contextsShareTheStream() throws Exception {
    try (Http3Server server = server(DatagramOptions.defaults());
        SessionConnection connection = Loopback.connect(server);
        Session session = open(connection, server, "/contexts")) {
      List<DatagramContext> contexts = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        contexts.add(session.registerDatagramContext());
      }
      for (DatagramContext context : contexts) {
        exchange(context, "for " + context.contextId().getAsLong());
      }
      contexts.removeFirst().close();
      for (DatagramContext context : contexts) {
        exchange(context, "again for " + context.contextId().getAsLong());
      }
    }
  }

  @Test
  void theLargestDatagramFitsAndOneByteMoreIsRefused() throws Exception {
    try (Http3Server server = server(DatagramOptions.defaults());
        SessionConnection connection = Loopback.connect(server);
        Session session = open(connection, server, "/")) {
      session.headers();
      DatagramContext context = session.datagramNoContext();
      assertThat(context.maxDatagramSize()).isGreaterThan(1_000);
      // The loopback interface takes the largest packets that are tried.
      Eventually.until(() -> context.maxDatagramSize() > 8_900);
      int most = context.maxDatagramSize();
      exchange(context, "x".repeat(most));
      assertThatThrownBy(() -> context.writeDatagram(new byte[most + 1]))
          .isInstanceOf(DatagramTooLargeException.class);
      exchange(context, "");
    }
  }

  @Test
  void manyDatagramsAtOnceComeBackWithoutLossOnTheWayOut() throws Exception {
    try (Http3Server server = server(DatagramOptions.defaults());
        SessionConnection connection = Loopback.connect(server);
        Session session = open(connection, server, "/")) {
      session.headers();
      DatagramContext context = session.datagramNoContext();
      int many = 20_000;
      for (int i = 0; i < many; i++) {
        context.writeDatagram(bytes("datagram " + i));
      }
      Eventually.until(Duration.ofSeconds(20), () -> context.stats().sent() >= many);
      assertThat(context.stats().sent()).isEqualTo(many);
      exchange(context, "and it still works");
    }
  }

  @Test
  void whatIsSwitchedOffIsRefusedOrGoesIntoCapsules() throws Exception {
    try (Http3Server server = server(DatagramOptions.defaults().off());
        SessionConnection connection = Loopback.connect(server);
        Session session = open(connection, server, "/contexts")) {
      assertThatThrownBy(session::datagramNoContext)
          .isInstanceOf(DatagramsNotNegotiatedException.class);
    }
    DatagramOptions needed = DatagramOptions.defaults().withCapsules(CapsulePolicy.WHEN_NEEDED);
    try (Http3Server server = server(needed.off());
        SessionConnection connection =
            Loopback.client().datagrams(needed).connect(Loopback.uri(server));
        Session session = open(connection, server, "/contexts")) {
      DatagramContext context = session.registerDatagramContext();
      context.writeDatagram(new byte[40_000]);
      Datagram echo = context.receive();
      assertThat(echo.payload()).hasSize(40_000);
      assertThat(echo.inCapsule()).isTrue();
    }
  }
}
