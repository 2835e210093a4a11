package dev.heddle.http3.connection;

import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.request;
import static dev.heddle.http3.testing.Octets.response;
import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.RequestRejectedException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.RawPeer.Exchange;
import dev.heddle.http3.testing.TransportPair;
import dev.heddle.http3.wire.FrameReader;
import dev.heddle.http3.wire.FrameType;
import dev.heddle.http3.wire.H3Error;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class GoAwayTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private static long goAwayId(FrameReader control) throws Exception {
    FrameType type = control.next();
    while (type != FrameType.GOAWAY) {
      type = control.next();
    }
    return control.id();
  }

  // RFC 9114 §5.2: requests from the id on were not processed; those below finish
  @Test
  void aClientsRequestsFromTheIdOnAreRejectedAndThoseBelowFinish() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange below = peer.exchange(Roles.GET);
      Exchange at = peer.exchange(Roles.GET);
      Exchange beyond = peer.exchange(Roles.GET);
      CompletableFuture<Throwable> waiting = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> waiting.complete(catchThrowable(at.session()::headers)));
      at.stream().awaitPeerReads();
      goAway(peer, 4);
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isInstanceOf(RequestRejectedException.class);
      assertThatThrownBy(beyond.session()::headers).isInstanceOf(RequestRejectedException.class);
      below.stream().end(response(200));
      assertThat(below.session().headers()).isEqualTo(Headers.status(200));
    }
  }

  /** A control stream with SETTINGS was sent; the engine takes GOAWAY on it. */
  private static void goAway(RawPeer peer, int id) throws Exception {
    peer.ours().send(Octets.frame(7, new byte[] {(byte) id}));
  }

  // RFC 9114 §5.2: after GOAWAY no new request is initiated, whatever its id
  @Test
  void aClientOpensNothingAfterGoAway() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange pending = peer.exchange(Roles.GET);
      peer.ours().send(Octets.frame(7, hex("fffffffffffffffc")));
      peer.ours().awaitPeerReads();
      assertThatThrownBy(() -> peer.engine().open(Roles.GET))
          .isInstanceOf(RequestRejectedException.class)
          .hasMessageContaining("safe to retry");
      assertThat(peer.engine().isOpen()).isFalse();
      pending.stream().end(response(200));
      assertThat(pending.session().headers()).isEqualTo(Headers.status(200));
    }
  }

  // RFC 9114 §5.2: nor does one that waited for credit meanwhile
  @Test
  void aClientThatWaitedForCreditOpensNothingAfterGoAway() throws Exception {
    TransportPair pair = new TransportPair(65_536, 1, 8);
    try (RawPeer peer = RawPeer.server(pair, Limits.defaults()).settled()) {
      Exchange pending = peer.exchange(Roles.GET);
      CompletableFuture<Throwable> met = new CompletableFuture<>();
      Thread waiter =
          Thread.ofVirtual()
              .start(() -> met.complete(catchThrowable(() -> peer.engine().open(Roles.GET))));
      while (waiter.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      frames(pending.stream());
      peer.ours().send(Octets.frame(7, hex("08")));
      peer.ours().awaitPeerReads();
      pending.stream().end(response(200));
      assertThat(pending.session().bodyReader().read()).isEqualTo(-1);
      assertThat(met.get(10, TimeUnit.SECONDS)).isInstanceOf(RequestRejectedException.class);
    }
  }

  // RFC 9114 §5.2: a server's GOAWAY names the first request that it will not process; §4.1.1:
  // later ones are rejected with H3_REQUEST_REJECTED
  @Test
  void aServerNamesTheFirstRequestThatItRejects() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    try (RawPeer peer =
        RawPeer.client(session -> {
          started.countDown();
          held.await();
          Roles.answer(session);
        })) {
      MemoryStream inProgress = peer.message(request("GET"));
      started.await();
      FrameReader control = peer.control();
      Thread drain = Thread.ofVirtual().start(() -> peer.engine().shutdown(LONG));
      assertThat(goAwayId(control)).isEqualTo(4);
      MemoryStream late = peer.bidi();
      assertThat(late.awaitReset()).isEqualTo(H3Error.H3_REQUEST_REJECTED.code());
      assertThat(late.awaitStop()).isEqualTo(H3Error.H3_REQUEST_REJECTED.code());
      assertThat(drain.isAlive()).isTrue();
      held.countDown();
      assertThat(frames(inProgress)).containsExactly("HEADERS :status=200");
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
      drain.join();
    }
  }

  @Test
  void aServerWithoutRequestsNamesTheFirst() throws Exception {
    try (RawPeer peer = RawPeer.client(Roles::answer)) {
      FrameReader control = peer.control();
      Thread drain = Thread.ofVirtual().start(() -> peer.engine().shutdown(LONG));
      assertThat(goAwayId(control)).isZero();
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
      drain.join();
      assertThat(peer.engine().isOpen()).isFalse();
    }
  }

  // RFC 9114 §5.2: a client's GOAWAY names a push id; it lets its requests finish
  @Test
  void aClientThatShutsDownLetsItsRequestsFinish() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      FrameReader control = peer.control();
      Exchange pending = peer.exchange(Roles.GET);
      Thread drain = Thread.ofVirtual().start(() -> peer.engine().shutdown(LONG));
      assertThat(goAwayId(control)).isZero();
      assertThatThrownBy(() -> peer.engine().open(Roles.GET))
          .isInstanceOf(RequestRejectedException.class);
      pending.stream().end(response(200));
      assertThat(pending.session().bodyReader().read()).isEqualTo(-1);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
      drain.join();
    }
  }

  @Test
  void aDrainThatRunsOutOfTimeClosesWithRequestsInProgress() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      Exchange pending = peer.exchange(Roles.GET);
      peer.engine().shutdown(Duration.ZERO);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
      assertThatThrownBy(pending.session()::headers).isInstanceOf(ConnectionClosedException.class);
    }
  }

  // RFC 9114 §5.2: a client's GOAWAY concerns pushes; its requests are served on
  @Test
  void aServerServesOnAfterAClientsGoAway() throws Exception {
    try (RawPeer peer = RawPeer.client(Roles::answer)) {
      peer.ours().send(Octets.frame(7, hex("00")));
      peer.ours().awaitPeerReads();
      assertThat(frames(peer.message(request("GET")))).containsExactly("HEADERS :status=200");
      assertThat(peer.engine().isOpen()).isFalse();
    }
  }

  @Test
  void shutdownRefusesANegativeTime() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      assertThatThrownBy(() -> peer.engine().shutdown(Duration.ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anInterruptedShutdownClosesAtOnceAndKeepsTheInterrupt() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      peer.exchange(Roles.GET);
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread drain =
          Thread.ofVirtual()
              .start(() -> {
                peer.engine().shutdown(LONG);
                interrupted.complete(Thread.interrupted());
              });
      drain.interrupt();
      assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
    }
  }
}
