package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.GET;
import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.session.Sides.POST;
import static dev.heddle.http3.session.Sides.inBackground;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.TransportPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ends of sessions and connections: in any state, twice, from another thread. */
@Timeout(10)
@ExtendWith({NoErrors.class, NoLeaks.class})
class CloseTest {
  private static Throwable result(CompletableFuture<Throwable> call) throws Exception {
    return call.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aClosedSessionCancelsBothDirections() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Session session = peer.engine().open(POST);
      MemoryStream stream = peer.accept(true);
      session.close();
      session.close();
      session.reset(ErrorCode.H3_INTERNAL_ERROR);
      assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_CANCELLED.value());
      assertThat(stream.awaitStop()).isEqualTo(ErrorCode.H3_REQUEST_CANCELLED.value());
      assertThatThrownBy(session::headers).isInstanceOf(SessionClosedException.class);
      assertThatThrownBy(() -> session.bodyReader().read())
          .isInstanceOf(SessionClosedException.class);
      assertThatThrownBy(() -> session.bodyWriter().write(1))
          .isInstanceOf(SessionClosedException.class);
      assertThatThrownBy(() -> session.finish(Headers.empty()))
          .isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void aFinishedSessionIsClosedWithoutATrace() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Session session = peer.engine().open(GET, NONE);
      MemoryStream stream = peer.accept(true);
      Octets.frames(stream);
      stream.end(Octets.response(200));
      assertThat(session.bodyReader().read()).isEqualTo(-1);
      session.close();
      assertThat(stream.stopped()).isFalse();
      assertThat(session.headers()).isEqualTo(Headers.status(200));
    }
  }

  @Test
  void closingWakesWhoReadsAndWhoWrites() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Session session = peer.engine().open(POST);
      MemoryStream stream = peer.accept(true);
      CompletableFuture<Throwable> reader = inBackground(() -> session.bodyReader().read());
      CompletableFuture<Throwable> writer =
          inBackground(() -> session.bodyWriter().write(new byte[1_000_000]));
      stream.awaitPeerReads();
      stream.awaitPeerWrites();
      session.close();
      assertThat(result(reader)).isInstanceOf(SessionClosedException.class);
      assertThat(result(writer)).isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void closingTheConnectionWakesEverybody() throws Exception {
    TransportPair pair = new TransportPair(65_536, 1, 8);
    try (RawPeer peer = RawPeer.server(pair, Limits.defaults())) {
      CompletableFuture<Throwable> settings = inBackground(() -> peer.engine().peerSettings());
      Session session = peer.engine().open(POST);
      MemoryStream stream = peer.accept(true);
      CompletableFuture<Throwable> headers = inBackground(session::headers);
      CompletableFuture<Throwable> opener = inBackground(() -> peer.engine().open(GET));
      stream.awaitPeerReads();
      peer.engine().close();
      peer.engine().close();
      for (CompletableFuture<Throwable> call : List.of(settings, headers, opener)) {
        assertThat(result(call))
            .isInstanceOfSatisfying(
                ConnectionClosedException.class,
                e -> {
                  assertThat(e.origin()).isEqualTo(Origin.LOCAL);
                  assertThat(e.code()).contains(ErrorCode.H3_NO_ERROR);
                });
      }
      assertThatThrownBy(() -> peer.engine().open(GET))
          .isInstanceOf(ConnectionClosedException.class);
      assertThatThrownBy(() -> session.bodyWriter().write(1))
          .isInstanceOf(ConnectionClosedException.class);
      assertThat(peer.engine().isOpen()).isFalse();
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
    }
  }

  // RFC 9114 §5.4: without a GOAWAY a request may have been processed: not safe to retry
  @Test
  void thePeersCodeAndReasonReachEveryCall() throws Exception {
    TransportPair pair = new TransportPair();
    try (RawPeer peer = RawPeer.server(pair, Limits.defaults()).settled()) {
      Session session = peer.engine().open(GET, NONE);
      pair.server().close(0x1234, "maintenance");
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(session::headers)
            .isInstanceOfSatisfying(
                ConnectionClosedException.class,
                e -> {
                  assertThat(e.origin()).isEqualTo(Origin.PEER);
                  assertThat(e.code()).contains(new ErrorCode(0x1234));
                  assertThat(e.reason()).isEqualTo("maintenance");
                });
      }
    }
  }

  @Test
  void anIdleTimeOutReachesEveryCall() throws Exception {
    TransportPair pair = new TransportPair();
    try (Sides sides = Sides.with(pair, Limits.defaults(), null)) {
      CompletableFuture<Throwable> accept = inBackground(() -> sides.server().accept());
      pair.idleOut();
      assertThat(result(accept))
          .isInstanceOfSatisfying(
              ConnectionClosedException.class,
              e -> assertThat(e.origin()).isEqualTo(Origin.IDLE_TIMEOUT));
    }
  }

  @Test
  void sessionsThatNobodyAcceptedEndWithTheConnection() throws Exception {
    try (Sides sides = Sides.accepting();
        Session first = sides.client().open(GET, NONE)) {
      Session there = sides.server().accept(); // before the second comes, which may overtake it
      try (Session second = sides.client().open(GET, NONE)) {
        assertThat(there.headers()).isEqualTo(GET);
        there.respond(Headers.status(200), NONE);
        assertThat(first.headers()).isEqualTo(Headers.status(200));
        sides.server().close();
        assertThatThrownBy(second::headers).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(sides.server()::accept).isInstanceOf(ConnectionClosedException.class);
        there.close();
      }
    }
  }

  @Test
  void aDirectionThatWasGivenUpSaysSo() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      MemoryStream stream = peer.accept(true);
      CompletableFuture<Throwable> reader = inBackground(() -> session.bodyReader().read());
      stream.awaitPeerReads();
      session.stream().stop(new ErrorCode(5));
      assertThat(result(reader)).isInstanceOf(SessionClosedException.class);
      assertThat(stream.awaitStop()).isEqualTo(5);
      session.bodyWriter().write(1);
      session.stream().reset(new ErrorCode(6));
      assertThat(stream.awaitReset()).isEqualTo(6);
      assertThatThrownBy(() -> session.bodyWriter().write(1))
          .isInstanceOf(SessionClosedException.class);
      session.stream().close();
    }
  }
}
