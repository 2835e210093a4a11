package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.testing.Octets.connect;
import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramOptions;
import dev.heddle.DatagramsNotNegotiatedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.TransportPair;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * SETTINGS that come or go later than requests (RFC 9297 §2.1.1): what a session says of its
 * datagrams is right from its first moment on.
 */
@Timeout(20)
@ExtendWith({NoErrors.class, NoLeaks.class})
class LateSettingsTest {
  private static final Headers TALK = Headers.connect(Sides.HERE, "talk");
  private static final Limits QUICK =
      Limits.builder().headerTimeout(Duration.ofMillis(100)).build();

  /** What a session says in its first moment, and whether it takes a datagram then. */
  private record First(int maxDatagramSize, boolean written) {
    static final First READY = new First(1_199, true);

    static First of(Session session) throws Exception {
      DatagramContext context = session.datagramNoContext();
      return new First(context.maxDatagramSize(), context.tryWriteDatagram(new byte[] {7}));
    }
  }

  /** Answers plain requests, and tells what the first moment of another session was like. */
  private static SessionHandler telling(CompletableFuture<First> first) {
    return session -> {
      if (session.headers().protocol().isEmpty()) {
        session.respond(Headers.status(200), NONE);
        return;
      }
      session.respond(Headers.status(200));
      first.complete(First.of(session));
      first.get();
      session.datagramNoContext().readDatagram(); // to the session's end
    };
  }

  private static void serve(RawPeer peer) throws Exception {
    assertThat(frames(peer.message(request("GET")))).containsExactly("HEADERS :status=200");
  }

  @Test
  void aHandlerGetsAnExtendedConnectOnceTheClientsSettingsHaveCome() throws Exception {
    CompletableFuture<First> first = new CompletableFuture<>();
    try (RawPeer peer = RawPeer.client(Limits.defaults(), telling(first))) {
      peer.bidi(connect("talk"));
      serve(peer); // a plain request waits for nothing
      assertThat(first).isNotDone();
      assertThat(peer.waitingDatagrams()).isZero();
      peer.settledWithDatagrams();
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(First.READY);
      assertThat(peer.awaitDatagram()).isEqualTo("0007");
    }
  }

  @Test
  void soDoesWhoAcceptsSessions() throws Exception {
    try (RawPeer peer = RawPeer.client(Limits.defaults(), null)) {
      peer.bidi(connect("talk"));
      peer.settledWithDatagrams();
      try (Session session = peer.engine().accept()) {
        session.respond(Headers.status(200));
        assertThat(First.of(session)).isEqualTo(First.READY);
      }
    }
  }

  @Test
  void settingsWithoutDatagramsAreKnownByThenToo() throws Exception {
    try (RawPeer peer = RawPeer.client(Limits.defaults(), null)) {
      peer.bidi(connect("talk"));
      peer.settled();
      try (Session session = peer.engine().accept()) {
        session.respond(Headers.status(200));
        assertThatThrownBy(session::datagramNoContext)
            .isInstanceOf(DatagramsNotNegotiatedException.class)
            .hasMessageContaining("SETTINGS_H3_DATAGRAM");
      }
    }
  }

  @Test
  void aServerWithoutDatagramsWaitsForNothing() throws Exception {
    try (RawPeer peer = RawPeer.client(Limits.defaults(), DatagramOptions.defaults().off(), null)) {
      peer.bidi(connect("talk"));
      try (Session session = peer.engine().accept()) {
        assertThat(session.headers().protocol()).hasValue("talk");
      }
    }
  }

  @Test
  void aDatagramThatOvertakesSettingsIsNotLost() throws Exception {
    try (RawPeer peer = RawPeer.client(Limits.defaults(), null)) {
      peer.bidi(connect("talk"));
      peer.datagram("00 61");
      peer.settledWithDatagrams();
      try (Session session = peer.engine().accept()) {
        session.respond(Headers.status(200));
        assertThat(session.datagramNoContext().readDatagram()).containsExactly('a');
      }
    }
  }

  @Test
  void aServerWaitsForItsOwnSettingsToLeave() throws Exception {
    CompletableFuture<First> first = new CompletableFuture<>();
    TransportPair pair = new TransportPair(65_536, 100, 0);
    try (RawPeer peer = RawPeer.client(pair, Limits.defaults(), telling(first))) {
      pair.allow(pair.client(), 1);
      peer.settledWithDatagrams();
      peer.bidi(connect("talk"));
      serve(peer);
      assertThat(first).isNotDone();
      pair.allow(pair.server(), 1);
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(First.READY);
    }
  }

  // RFC 9220 §3: nor is there a request before the server's have come
  @Test
  void aClientOpensAnExtendedConnectOnceSettingsHaveGoneBothWays() throws Exception {
    TransportPair pair = new TransportPair(65_536, 100, 0);
    try (RawPeer peer = RawPeer.server(pair, Limits.defaults())) {
      AtomicReference<First> first = new AtomicReference<>();
      CompletableFuture<Throwable> thrown =
          Sides.inBackground(() -> {
            try (Session session = peer.engine().open(TALK)) {
              first.set(First.of(session));
            }
          });
      peer.engine().open(Headers.get(Sides.HERE), NONE).close(); // this waits for nothing
      peer.accept(true);
      pair.allow(pair.server(), 1);
      peer.settledWithDatagrams();
      assertThat(peer.engine().peerSettings().datagrams()).isTrue();
      assertThat(thrown).isNotDone();
      pair.allow(pair.client(), 1);
      assertThat(thrown.get(10, TimeUnit.SECONDS)).isNull();
      assertThat(first).hasValue(First.READY);
      assertThat(peer.accept(true).id()).isEqualTo(4);
    }
  }

  @Test
  void whatWaitsForSettingsCountsAsHalfOpen() throws Exception {
    Limits limits = Limits.builder().maxHalfOpenRequests(2).build();
    try (RawPeer peer = RawPeer.client(limits, session -> {})) {
      peer.bidi(connect("talk"));
      peer.bidi(connect("talk"));
      // Without bytes: it is rejected before any could be written.
      assertThat(peer.bidi().awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_REJECTED.value());
    }
  }

  @Test
  void settingsThatNeverComeEndTheWaitAndTheConnection() throws Exception {
    CompletableFuture<First> first = new CompletableFuture<>();
    try (RawPeer peer = RawPeer.client(QUICK, telling(first))) {
      peer.bidi(connect("talk"));
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_MISSING_SETTINGS);
      assertThat(first).isNotDone();
    }
  }

  // RFC 9114 §6.2: a peer allows at least three unidirectional streams
  @Test
  void aPeerThatLeavesNoRoomForSettingsEndsTheConnection() throws Exception {
    TransportPair pair = new TransportPair(65_536, 100, 0);
    try (RawPeer peer = RawPeer.server(pair, QUICK)) {
      pair.allow(pair.server(), 1);
      peer.settledWithDatagrams();
      assertThatThrownBy(() -> peer.engine().open(TALK))
          .isInstanceOf(ConnectionClosedException.class);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_GENERAL_PROTOCOL_ERROR);
    }
  }

  @Test
  void theEndOfTheConnectionEndsTheWaitOfAServer() throws Exception {
    CompletableFuture<First> first = new CompletableFuture<>();
    try (RawPeer peer = RawPeer.client(Limits.defaults(), telling(first))) {
      peer.bidi(connect("talk"));
      serve(peer);
      peer.pair().idleOut();
      assertThat(peer.awaitEnd().origin()).isEqualTo(ConnectionClosedException.Origin.IDLE_TIMEOUT);
      assertThat(first).isNotDone();
    }
  }
}
