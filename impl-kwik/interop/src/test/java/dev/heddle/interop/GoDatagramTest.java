package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.DatagramContext;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP datagrams between Heddle and quic-go's http3, in both roles. */
@ExtendWith(Rig.Resolver.class)
@Timeout(90)
class GoDatagramTest {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int TRIES = 20;

  @ParameterizedTest
  @ValueSource(ints = {4, 100, 1_000})
  void quicGosClientGetsItsDatagramsBackFromOurServer(int size, Rig rig) {
    Reply reply = exchange(rig, rig.server().target(), size);
    assertThat(reply.has("error")).as("%s", reply).isFalse();
    assertThat(reply.truth("announced")).isTrue();
    assertThat(reply.number("status")).isEqualTo(200);
    assertThat(reply.number("good")).isEqualTo(300);
    assertThat(reply.truth("ended")).as("the server ends the stream after the client").isTrue();
    assertThat(reply.number("rest")).as("bytes of capsules").isZero();
  }

  private static Reply exchange(Rig rig, Target target, int size) {
    return rig.client()
        .ask(
            "datagrams",
            Map.of(
                "url",
                target.origin() + "/datagrams",
                "sha256",
                target.sha256(),
                "protocol",
                "datagram-echo",
                "size",
                size,
                "count",
                300));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 1_000})
  void ourClientGetsItsDatagramsBackFromQuicGosServer(int size, Rig rig) throws Exception {
    Target target = Target.of(rig.goServer().greeting);
    try (SessionConnection connection = GoServerTest.connect(target);
        Session session = open(connection, target);
        DatagramContext datagrams = session.datagramNoContext()) {
      assertThat(session.headers().status()).hasValue(200);
      assertThat(datagrams.maxDatagramSize()).isGreaterThanOrEqualTo(1_000);
      for (int i = 0; i < 300; i++) {
        byte[] payload = new byte[size];
        for (int b = 0; b < size; b++) {
          payload[b] = (byte) (i + b);
        }
        echo(datagrams, payload);
      }
      session.bodyWriter().close();
      assertThatThrownBy(datagrams::readDatagram)
          .isInstanceOfSatisfying(
              SessionClosedException.class, e -> assertThat(e.fromPeer()).isTrue());
    }
  }

  @Test
  void theLargestDatagramOfOursArrives(Rig rig) throws Exception {
    Target target = Target.of(rig.goServer().greeting);
    try (SessionConnection connection = GoServerTest.connect(target);
        Session session = open(connection, target);
        DatagramContext datagrams = session.datagramNoContext()) {
      session.headers();
      byte[] payload = new byte[datagrams.maxDatagramSize()];
      payload[payload.length - 1] = 1;
      echo(datagrams, payload);
    }
  }

  private static Session open(SessionConnection connection, Target target) throws Exception {
    URI uri = URI.create(target.origin() + "/datagrams");
    return connection.open(Headers.connect(uri, "datagram-echo"));
  }

  /** Sends until it comes back; what comes again or late is passed over. */
  private static void echo(DatagramContext datagrams, byte[] payload) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      datagrams.writeDatagram(payload);
      Optional<byte[]> back = datagrams.readDatagram(PATIENCE);
      while (back.isPresent() && !Arrays.equals(back.get(), payload)) {
        back = datagrams.readDatagram(PATIENCE);
      }
      if (back.isPresent()) {
        return;
      }
    }
    throw new AssertionError("no answer in " + TRIES + " tries");
  }
}
