package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.GET;
import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.session.Sides.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.TransportPair;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every blocking call ends on an interrupt, and leaves no interrupt behind. */
@Timeout(10)
@ExtendWith({NoErrors.class, NoLeaks.class})
class InterruptTest {
  /** Interrupts a call while it waits: what it throws. */
  private static Throwable interrupted(Sides.Action call) throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              Throwable met = null;
              try {
                call.run();
              } catch (Throwable e) {
                met = e;
              }
              thrown.complete(
                  Thread.interrupted() ? new AssertionError("a stray interrupt", met) : met);
            });
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    return thrown.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatWaitsForThePeerCanBeAskedAgain() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      MemoryStream stream = peer.accept(true);
      byte[] response = Octets.response(200);
      assertThat(interrupted(session::headers)).isInstanceOf(InterruptedException.class);
      stream.send(Arrays.copyOf(response, 5));
      assertThat(interrupted(session::headers)).isInstanceOf(InterruptedException.class);
      stream.send(Arrays.copyOfRange(response, 5, response.length));
      assertThat(session.headers()).isEqualTo(Headers.status(200));
      assertThat(interrupted(() -> session.bodyReader().read()))
          .isInstanceOf(InterruptedIOException.class);
      stream.end(Octets.data("x"), Octets.headers("a", "b"));
      assertThat(session.bodyReader().read()).isEqualTo('x');
      assertThat(session.bodyReader().read()).isEqualTo(-1);
      assertThat(session.trailers()).isEqualTo(Headers.of("a", "b"));
    }
  }

  @Test
  void aWriteThatIsInterruptedGivesItsDirectionUp() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      MemoryStream stream = peer.accept(true);
      assertThat(interrupted(() -> session.bodyWriter().write(new byte[1_000_000])))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(stream.awaitReset()).isEqualTo(0x10c);
      stream.end(Octets.response(200));
      assertThat(session.headers()).isEqualTo(Headers.status(200));
      session.bodyWriter().close();
    }
  }

  @Test
  void whoWaitsForAnotherReaderCanBeInterrupted() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      MemoryStream stream = peer.accept(true);
      CompletableFuture<Throwable> reader = Sides.inBackground(session::headers);
      stream.awaitPeerReads();
      assertThat(interrupted(session::headers)).isInstanceOf(InterruptedException.class);
      assertThat(reader).isNotDone();
      stream.end(Octets.response(200));
      assertThat(reader.get(10, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void whatWaitsForTheConnectionCanBeInterrupted() throws Exception {
    TransportPair pair = new TransportPair(65_536, 1, 8);
    try (RawPeer peer = RawPeer.server(pair, Limits.defaults());
        Session session = peer.engine().open(POST)) {
      assertThat(interrupted(() -> peer.engine().open(GET)))
          .isInstanceOf(InterruptedException.class);
      assertThat(interrupted(() -> peer.engine().peerSettings()))
          .isInstanceOf(InterruptedException.class);
      assertThat(interrupted(() -> peer.engine().open(Headers.connect(Sides.HERE, "x"))))
          .isInstanceOf(InterruptedException.class);
      assertThat(session.id()).isZero();
    }
    try (Sides sides = Sides.accepting()) {
      assertThat(interrupted(() -> sides.server().accept()))
          .isInstanceOf(InterruptedException.class);
      try (Session session = sides.client().open(GET, NONE)) {
        sides.server().accept().respond(Headers.status(200), NONE);
        assertThat(session.headers()).isEqualTo(Headers.status(200));
      }
    }
  }

  @Test
  void anOpenThatIsInterruptedWhileItSendsGivesTheStreamUp() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      assertThat(interrupted(() -> peer.engine().open(POST, new byte[1_000_000])))
          .isInstanceOf(InterruptedException.class);
      MemoryStream stream = peer.accept(true);
      assertThat(stream.awaitReset()).isEqualTo(0x10c);
      assertThat(stream.awaitStop()).isEqualTo(0x10c);
    }
  }
}
