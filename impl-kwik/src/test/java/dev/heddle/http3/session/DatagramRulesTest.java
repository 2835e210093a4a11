package dev.heddle.http3.session;

import static dev.heddle.http3.testing.Octets.connect;
import static dev.heddle.http3.testing.Octets.request;
import static dev.heddle.http3.testing.Octets.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.DatagramContext;
import dev.heddle.DatagramDropReason;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9297 §2: what comes in QUIC datagrams, right and wrong. */
@Timeout(20)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramRulesTest {
  private static final SessionHandler ECHO =
      session -> {
        session.respond(Headers.status(200));
        DatagramContext context = session.datagramNoContext();
        while (true) {
          context.writeDatagram(context.readDatagram());
        }
      };

  // RFC 9297 §2.1: a payload too short for its quarter stream id
  @ParameterizedTest
  @ValueSource(strings = {"", "40", "8000", "800000", "c0", "c0000000000000"})
  void aDatagramWithoutQuarterStreamIdEndsTheConnection(String hex) throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      peer.datagram(hex);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_DATAGRAM_ERROR);
    }
  }

  // RFC 9297 §2.1: a quarter stream id above 2^60-1
  @ParameterizedTest
  @ValueSource(strings = {"d000000000000000", "ffffffffffffffff 01"})
  void aQuarterStreamIdThatIsTooLargeEndsTheConnection(String hex) throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      peer.datagram(hex);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_DATAGRAM_ERROR);
    }
  }

  // RFC 9297 §2.1: a stream that the limits do not allow
  @ParameterizedTest
  @ValueSource(strings = {"4100", "cfffffffffffffff"})
  void aStreamBeyondTheLimitsEndsTheConnection(String hex) throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      peer.datagram(hex);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_ID_ERROR);
    }
  }

  @Test
  void theLastStreamWithinTheLimitsIsNoViolation() throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      peer.datagram("40ff"); // the 256th of 256
      assertThat(Octets.frames(peer.message(connect("talk")))).hasSize(1);
      peer.requireAlive();
    }
  }

  // RFC 9297 §2.1: what comes before its stream may wait for it
  @Test
  void earlyDatagramsWaitForTheirStream() throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      peer.datagram("00 01");
      peer.datagram("00 02");
      peer.bidi(connect("talk"));
      assertThat(peer.awaitDatagram()).isEqualTo("0001");
      peer.datagram("00 03");
      assertThat(peer.awaitDatagram()).isEqualTo("0002");
      assertThat(peer.awaitDatagram()).isEqualTo("0003");
    }
  }

  @Test
  void tooManyEarlyDatagramsAreDroppedAndCounted() throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      for (int i = 0; i < 1_000; i++) {
        peer.datagram("01 aa");
      }
      Eventually.until(() ->
          peer.engine().droppedDatagrams().getOrDefault(DatagramDropReason.EARLY_FULL, 0L) == 992);
      peer.requireAlive();
    }
  }

  // RFC 9297 §2: a request without semantics for datagrams is aborted
  @Test
  void aDatagramForAGetAbortsIt() throws Exception {
    CompletableFuture<Throwable> met = new CompletableFuture<>();
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          try {
            session.bodyReader().read();
          } catch (StreamResetException e) {
            met.complete(e);
          }
        })) {
      MemoryStream stream = peer.bidi(request("POST"));
      stream.awaitPeerReads();
      peer.datagram("00 aa");
      assertThat(stream.awaitReset()).isEqualTo(0x33);
      assertThat(stream.awaitStop()).isEqualTo(0x33);
      assertThat(met.get(10, TimeUnit.SECONDS)).hasMessageContaining("H3_DATAGRAM_ERROR");
      peer.requireAlive();
    }
  }

  @Test
  void aDatagramForAGetThatIsStillToComeAbortsItToo() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            // the test is over
          }
        })) {
      peer.datagram("00 aa");
      MemoryStream stream = peer.bidi(request("POST"));
      assertThat(stream.awaitReset()).isEqualTo(0x33);
      end.countDown();
    }
  }

  @Test
  void aDatagramForAClientsGetAbortsIt() throws Exception {
    try (RawPeer peer = RawPeer.datagramServer();
        Session session = peer.engine().open(Sides.GET, Sides.NONE)) {
      MemoryStream stream = peer.accept(true);
      peer.datagram("00 aa");
      assertThat(stream.awaitStop()).isEqualTo(0x33);
      assertThatThrownBy(session::headers).isInstanceOf(StreamResetException.class);
    }
  }

  // RFC 9297 §2.1: after the end of the stream's receiving side datagrams are dropped
  @Test
  void datagramsForAClosedSessionAreDroppedAndCounted() throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      MemoryStream stream = peer.message(connect("talk"));
      assertThat(Octets.frames(stream)).hasSize(1);
      Eventually.until(() -> {
        peer.datagram("00 aa");
        return peer.engine().droppedDatagrams().getOrDefault(DatagramDropReason.SESSION_CLOSED, 0L)
            > 0;
      });
      peer.requireAlive();
    }
  }

  // draft-04 §3: a datagram for a context that is not there is no error
  @Test
  void datagramsForUnknownAndClosedContextsAreDroppedAndCounted() throws Exception {
    BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          session.acceptDatagramContext().close();
          sessions.add(session);
          end.await();
        })) {
      peer.bidi(connect("talk"), Octets.data(dev.heddle.http3.wire.Bytes.hex("80ff37a1 02 00 00")));
      Session session = sessions.poll(10, TimeUnit.SECONDS);
      for (int i = 0; i < 20; i++) {
        peer.datagram("00 00 aa");
        peer.datagram("00 06 aa");
      }
      Eventually.until(() ->
          session.droppedDatagrams().getOrDefault(DatagramDropReason.CONTEXT_CLOSED, 0L) == 20
              && session.droppedDatagrams().getOrDefault(DatagramDropReason.EARLY_FULL, 0L) == 12);
      peer.requireAlive();
      end.countDown();
    }
  }

  // draft-04 §3: a datagram that ends inside its context id ends the stream
  @Test
  void aDatagramThatEndsInItsContextIdEndsTheStream() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          DatagramContext context = session.acceptDatagramContext();
          open.countDown();
          while (true) {
            context.readDatagram();
          }
        })) {
      MemoryStream stream =
          peer.bidi(
              connect("talk"), Octets.data(dev.heddle.http3.wire.Bytes.hex("80ff37a1 02 00 00")));
      assertThat(open.await(10, TimeUnit.SECONDS)).isTrue();
      peer.datagram("00 40");
      assertThat(stream.awaitReset()).isEqualTo(0x101);
      peer.requireAlive();
    }
  }

  @Test
  void contextIdsStandInFrontOfPayloads() throws Exception {
    try (RawPeer peer = RawPeer.datagramServer();
        Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
      peer.accept(true).send(response(200));
      DatagramContext zero = session.registerDatagramContext();
      DatagramContext two = session.registerDatagramContext();
      two.writeDatagram(new byte[] {0x55});
      assertThat(peer.awaitDatagram()).isEqualTo("000255");
      zero.writeDatagram(new byte[0]);
      assertThat(peer.awaitDatagram()).isEqualTo("0000");
      peer.datagram("00 02 66");
      assertThat(two.readDatagram()).containsExactly(0x66);
    }
  }
}
