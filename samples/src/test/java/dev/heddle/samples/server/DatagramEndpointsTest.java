package dev.heddle.samples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.CapsulePolicy;
import dev.heddle.Datagram;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramOptions;
import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The datagram endpoints as a client sees them, over UDP on loopback. */
@Timeout(30)
class DatagramEndpointsTest {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int TRIES = 15;

  private RunningServer server;
  private SessionConnection connection;

  @BeforeEach
  void connect() throws Exception {
    server = new RunningServer();
    connection = server.connect();
  }

  @AfterEach
  void disconnect() {
    connection.close();
    server.close();
  }

  private Session open(SessionConnection connection, String path) throws Exception {
    Session session = connection.open(Headers.connect(server.uri(path), "datagram-echo"));
    assertThat(session.headers().status()).hasValue(200);
    return session;
  }

  private SessionConnection connect(DatagramOptions options) throws Exception {
    return Http3Client.builder()
        .trustSha256(server.sha256())
        .datagrams(options)
        .connect(server.uri("/"));
  }

  /** Datagrams may get lost: one that does not come back is sent again. One may come twice, too. */
  private static void echo(DatagramContext context, byte[] payload) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      context.writeDatagram(payload);
      Optional<byte[]> back = context.readDatagram(PATIENCE);
      while (back.isPresent() && !Arrays.equals(back.get(), payload)) {
        back = context.readDatagram(PATIENCE);
      }
      if (back.isPresent()) {
        return;
      }
    }
    throw new AssertionError("it did not come back in " + TRIES + " tries");
  }

  @Test
  void everyDatagramComesBackAndTheServerEndsAfterTheClient() throws Exception {
    try (Session session = open(connection, "/datagrams");
        DatagramContext datagrams = session.datagramNoContext()) {
      for (int size : new int[] {0, 1, 100, datagrams.maxDatagramSize()}) {
        echo(datagrams, new byte[size]);
      }
      session.bodyWriter().close();
      assertThatThrownBy(datagrams::readDatagram)
          .isInstanceOfSatisfying(
              SessionClosedException.class, e -> assertThat(e.fromPeer()).isTrue());
    }
    assertThat(server.faults()).isEmpty();
  }

  @Test
  void aRegisteredLackOfContextsIsUnderstoodToo() throws Exception {
    try (SessionConnection own = connect(DatagramOptions.defaults().registeringNoContext());
        Session session = open(own, "/datagrams")) {
      echo(session.datagramNoContext(), new byte[] {1});
    }
  }

  @Test
  void aDatagramInACapsuleComesBackInACapsule() throws Exception {
    for (String path : List.of("/datagrams", "/datagrams/contexts")) {
      try (SessionConnection own =
              connect(DatagramOptions.defaults().withCapsules(CapsulePolicy.ALWAYS));
          Session session = open(own, path)) {
        DatagramContext datagrams =
            path.equals("/datagrams")
                ? session.datagramNoContext()
                : session.registerDatagramContext();
        datagrams.writeDatagram(new byte[5_000]);
        Datagram back = datagrams.receive();
        assertThat(back.inCapsule()).isTrue();
        assertThat(back.payload()).hasSize(5_000);
      }
    }
  }

  @Test
  void eachContextGetsItsOwnAndAClosedOneLeavesTheOthersWorking() throws Exception {
    try (Session session = open(connection, "/datagrams/contexts")) {
      List<DatagramContext> contexts = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        contexts.add(session.registerDatagramContext());
      }
      for (int i = 0; i < contexts.size(); i++) {
        echo(contexts.get(i), new byte[] {(byte) i});
      }
      DatagramContext closed = contexts.removeFirst();
      closed.close();
      assertThatThrownBy(closed::readDatagram).isInstanceOf(DatagramContextClosedException.class);
      for (int i = 0; i < contexts.size(); i++) {
        echo(contexts.get(i), new byte[] {(byte) i, 2});
      }
      echo(session.registerDatagramContext(), new byte[] {99});
      session.finish(Headers.empty()); // a session that is closed before its end is a fault
      assertThatThrownBy(session::acceptDatagramContext).isInstanceOf(SessionClosedException.class);
    }
    assertThat(server.faults()).isEmpty();
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws Exception {
    assertThat(status(Headers.connect(server.uri("/elsewhere"), "datagram-echo"))).isEqualTo(404);
    assertThat(status(Headers.connect(server.uri("/echo"), "datagram-echo"))).isEqualTo(404);
    assertThat(status(Headers.connect(server.uri("/datagrams"), "x-unknown"))).isEqualTo(501);
    try (Session session = connection.open(Headers.get(server.uri("/datagrams")), new byte[0])) {
      assertThat(session.headers().status()).hasValue(405);
      assertThat(session.headers().first("allow")).contains("CONNECT");
    }
  }

  private int status(Headers request) throws IOException, InterruptedException {
    try (Session session = connection.open(request)) {
      return session.headers().status().orElseThrow();
    }
  }
}
