package dev.heddle.http3.session;

import static dev.heddle.http3.testing.Octets.connect;
import static dev.heddle.http3.testing.Octets.data;
import static dev.heddle.http3.testing.Octets.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.DatagramContext;
import dev.heddle.DatagramOptions;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.wire.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * draft-ietf-masque-h3-datagram-04: whoever breaks a rule loses the stream with the draft's code.
 */
@Timeout(20)
@ExtendWith({NoErrors.class, NoLeaks.class})
class ContextViolationTest {
  private static final String REGISTER = "80ff37a1";
  private static final String NONE = "80ff37a2";
  private static final String CLOSE = "80ff37a3";

  private static final long GENERAL = 0x101;
  private static final int ROUNDS = 100;

  /** What a client may not send, after what it may. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "an odd id from a client, 80ff37a1 02 01 00",
    "an id twice, 80ff37a1 02 00 00 80ff37a1 02 00 00",
    "an id again after its close, 80ff37a1 02 00 00 80ff37a3 05 00 80ff78a0 80ff37a1 02 00 00",
    "a close of an unknown id, 80ff37a1 02 00 00 80ff37a3 05 02 80ff78a0",
    "a close of an unknown id of ours, 80ff37a1 02 00 00 80ff37a3 05 01 80ff78a0",
    "two closes, 80ff37a1 02 00 00 80ff37a3 05 00 80ff78a0 80ff37a3 05 00 80ff78a0",
    "none after a context, 80ff37a1 02 00 00 80ff37a2 01 00",
    "a context after none, 80ff37a2 01 00 80ff37a1 02 00 00",
    "none twice, 80ff37a2 01 00 80ff37a2 01 00",
    "a datagram that ends in its context id, 80ff37a1 02 00 00 00 01 40",
  })
  void aServerResetsTheStream(String name, String octets) throws Exception {
    CompletableFuture<Throwable> met = new CompletableFuture<>();
    try (RawPeer peer = RawPeer.datagramClient(session -> serve(session, met))) {
      MemoryStream stream = peer.bidi(connect("talk"), data(Bytes.hex(octets)));
      assertThat(stream.awaitStop()).isEqualTo(GENERAL);
      assertThat(stream.awaitReset()).isEqualTo(GENERAL);
      assertThat(met.get(10, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              StreamResetException.class,
              e -> {
                assertThat(e.fromPeer()).isFalse();
                assertThat(e.code().value()).isEqualTo(GENERAL);
              });
      peer.requireAlive();
    }
  }

  /** Accepts contexts until something is thrown, and says what, unless it is the mode. */
  private static void serve(Session session, CompletableFuture<Throwable> met) throws Exception {
    session.respond(Headers.status(200));
    try {
      while (true) {
        session.acceptDatagramContext();
      }
    } catch (IllegalStateException e) {
      try {
        session.datagramNoContext().readDatagram();
      } catch (StreamResetException ended) {
        met.complete(ended);
      }
    } catch (StreamResetException ended) {
      met.complete(ended);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "an even id from a server, 80ff37a1 02 02 00",
    "an odd id twice, 80ff37a1 02 01 00 80ff37a1 02 01 00",
    "none from a server, 80ff37a2 01 00",
    "a close of what nobody registered, 80ff37a3 05 04 80ff78a0",
  })
  void aClientThatRegisteredResetsTheStream(String name, String octets) throws Exception {
    try (RawPeer peer = RawPeer.datagramServer();
        Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
      MemoryStream stream = peer.accept(true);
      DatagramContext context = session.registerDatagramContext();
      stream.send(response(200), data(Bytes.hex(octets)));
      assertThat(stream.awaitReset()).isEqualTo(GENERAL);
      assertThatThrownBy(context::readDatagram)
          .isInstanceOfSatisfying(
              StreamResetException.class, e -> assertThat(e.code().value()).isEqualTo(GENERAL));
    }
  }

  /** A peer that answers the reset by closing the connection must not hide the violation. */
  @Test
  void aCloseRightAfterTheResetHidesNothing() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      try (RawPeer peer = RawPeer.datagramServer();
          Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
        MemoryStream stream = peer.accept(true);
        DatagramContext context = session.registerDatagramContext();
        Thread closer =
            Thread.ofPlatform()
                .start(() -> {
                  while (stream.peerReset().isEmpty()) {
                    Thread.onSpinWait();
                  }
                  peer.pair().close();
                });
        stream.send(response(200), data(Bytes.hex(REGISTER + "02 02 00")));
        assertThatThrownBy(context::readDatagram)
            .isInstanceOfSatisfying(
                StreamResetException.class, e -> assertThat(e.code().value()).isEqualTo(GENERAL));
        closer.join();
      }
    }
  }

  @ParameterizedTest(name = "no context: {0}")
  @CsvSource({"false", "true"})
  void aServerThatRegistersFirstLosesTheStream(boolean noContext) throws Exception {
    try (RawPeer peer = RawPeer.datagramServer();
        Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
      MemoryStream stream = peer.accept(true);
      if (noContext) {
        session.datagramNoContext();
      } else {
        session.capsules();
      }
      stream.send(response(200), data(Bytes.hex(REGISTER + "02 01 00")));
      assertThat(stream.awaitReset()).isEqualTo(GENERAL);
    }
  }

  // RFC 9297 §3.3: a capsule that is too short for its fields makes the message malformed
  @ParameterizedTest
  @CsvSource({REGISTER + " 00", REGISTER + " 01 00", NONE + " 00", CLOSE + " 02 00 80"})
  void aCapsuleThatIsTooShortIsMalformed(String octets) throws Exception {
    try (RawPeer peer =
        RawPeer.datagramClient(session -> serve(session, new CompletableFuture<>()))) {
      MemoryStream stream = peer.bidi(connect("talk"), data(Bytes.hex(octets)));
      assertThat(stream.awaitReset()).isEqualTo(0x10e);
    }
  }

  // draft-04 §4.4.3.1: a code that is not known means that there is no error
  @Test
  void anUnknownCloseCodeIsKept() throws Exception {
    CompletableFuture<Throwable> met = new CompletableFuture<>();
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          try {
            session.acceptDatagramContext().readDatagram();
          } catch (dev.heddle.DatagramContextClosedException e) {
            met.complete(e);
          }
        })) {
      peer.bidi(connect("talk"), data(Bytes.hex(REGISTER + "02 00 00" + CLOSE + "03 00 4321")));
      assertThat(met.get(10, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              dev.heddle.DatagramContextClosedException.class,
              e -> assertThat(e.code().value()).isEqualTo(0x321));
      peer.requireAlive();
    }
  }

  @Test
  void theRegistrationOfNoContextIsSentOnlyByClientsThatWereToldTo() throws Exception {
    for (boolean told : new boolean[] {false, true}) {
      DatagramOptions options = DatagramOptions.defaults();
      try (RawPeer peer =
              RawPeer.server(
                      new dev.heddle.http3.testing.TransportPair(),
                      Limits.defaults(),
                      told ? options.registeringNoContext() : options)
                  .settledWithDatagrams();
          Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
        MemoryStream stream = peer.accept(true);
        session.datagramNoContext();
        session.finish(Headers.empty());
        assertThat(dev.heddle.http3.testing.Octets.frames(stream)).hasSize(told ? 2 : 1);
      }
    }
  }
}
