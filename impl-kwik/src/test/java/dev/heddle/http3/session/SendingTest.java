package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.GET;
import static dev.heddle.http3.session.Sides.HERE;
import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.session.Sides.POST;
import static dev.heddle.http3.session.Sides.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.NotSupportedByPeerException;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes over the wire, and what becomes of it when the peer no longer wants it. */
@Timeout(10)
@ExtendWith({NoErrors.class, NoLeaks.class})
class SendingTest {
  @Test
  void theBodyOfHeadIsDropped() throws Exception {
    try (RawPeer peer =
        RawPeer.client(session -> {
          session.respond(Headers.status(200).with("content-length", "5"));
          session.bodyWriter().write(new byte[5]);
        })) {
      assertThat(Octets.frames(peer.message(Octets.request("HEAD"))))
          .containsExactly("HEADERS :status=200 content-length=5");
    }
    try (RawPeer peer =
        RawPeer.client(session -> session.respond(Headers.status(200), new byte[5]))) {
      assertThat(Octets.frames(peer.message(Octets.request("HEAD"))))
          .containsExactly("HEADERS :status=200");
    }
  }

  @Test
  void aWholeMessageIsOneWriteWithItsEnd() throws Exception {
    try (RawPeer peer =
        RawPeer.client(session -> session.respond(Headers.status(200), "abc".getBytes()))) {
      MemoryStream stream = peer.message(Octets.request("GET"));
      assertThat(Octets.frames(stream)).containsExactly("HEADERS :status=200", "DATA abc");
      assertThat(stream.peerWrites()).isEqualTo(1);
    }
    try (RawPeer peer = RawPeer.server()) {
      try (Session session = peer.engine().open(POST, "abc".getBytes())) {
        MemoryStream stream = peer.accept(true);
        assertThat(Octets.frames(stream).get(1)).isEqualTo("DATA abc");
        assertThat(stream.peerWrites()).isEqualTo(1);
        assertThatThrownBy(() -> session.bodyWriter().write(1)).isInstanceOf(IOException.class);
      }
    }
  }

  // RFC 9114 §4.1: interim responses, the final one, a body, trailers, and the end
  @Test
  void eachWriteIsAFrame() throws Exception {
    try (RawPeer peer =
        RawPeer.client(session -> {
          session.respond(Headers.status(100));
          session.respond(Headers.status(103).with("link", "x"));
          session.respond(Headers.status(200));
          session.bodyWriter().write("ab".getBytes());
          session.bodyWriter().write(NONE);
          session.bodyWriter().write('c');
          session.finish(Headers.of("x", "y"));
        })) {
      MemoryStream stream = peer.message(Octets.request("GET"));
      assertThat(Octets.frames(stream))
          .containsExactly(
              "HEADERS :status=100",
              "HEADERS :status=103 link=x",
              "HEADERS :status=200",
              "DATA ab",
              "DATA c",
              "HEADERS x=y");
      assertThat(stream.peerWrites()).isEqualTo(6);
    }
  }

  // RFC 9114 §4.1: a server may answer early and stop the request; the client reads the answer
  @Test
  void anEarlyResponseIsReadThoughTheRequestWasStopped() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      CompletableFuture<Session> opened = new CompletableFuture<>();
      CompletableFuture<Throwable> whole =
          Sides.inBackground(() -> opened.complete(peer.engine().open(POST, new byte[1_000_000])));
      MemoryStream stream = peer.accept(true);
      stream.awaitPeerWrites();
      stream.end(Octets.response(413), Octets.data("no"));
      stream.stopSending(ErrorCode.H3_NO_ERROR.value());
      assertThat(whole.get(10, TimeUnit.SECONDS)).isNull();
      try (Session session = opened.join()) {
        assertThat(session.headers()).isEqualTo(Headers.status(413));
        assertThat(text(session)).isEqualTo("no");
      }
    }
  }

  @Test
  void aWriterThatIsStoppedLearnsTheCodeAndCanStillRead() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      MemoryStream stream = peer.accept(true);
      stream.stopSending(ErrorCode.H3_NO_ERROR.value());
      stream.end(Octets.response(200), Octets.data("yes"));
      assertThatThrownBy(() -> session.bodyWriter().write(1))
          .isInstanceOfSatisfying(
              StreamResetException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.H3_NO_ERROR);
                assertThat(e.fromPeer()).isTrue();
              });
      assertThat(text(session)).isEqualTo("yes");
    }
  }

  @Test
  void tryWithResourcesSurvivesAFailedWrite() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      peer.accept(true).stopSending(7);
      assertThatThrownBy(
              () -> {
                try (var out = session.bodyWriter()) {
                  out.write(1);
                }
              })
          .isInstanceOf(StreamResetException.class)
          .hasNoSuppressedExceptions();
      session.close();
      assertThatThrownBy(
              () -> {
                try (var out = session.stream().output()) {
                  out.write(1);
                }
              })
          .isInstanceOf(SessionClosedException.class);
    }
  }

  // RFC 9220 §3: no Extended CONNECT before the server says that it accepts it
  @Test
  void extendedConnectNeedsAServerThatAcceptsIt() throws Exception {
    Headers connect = Headers.connect(HERE, "x");
    try (RawPeer peer = RawPeer.server()) {
      assertThatThrownBy(() -> peer.engine().open(connect))
          .isInstanceOf(NotSupportedByPeerException.class);
      assertThatThrownBy(() -> peer.engine().open(GET.with(":protocol", "x")))
          .isInstanceOf(IOException.class);
    }
    try (Sides sides = Sides.accepting();
        Session session = sides.client().open(connect)) {
      Session there = sides.server().accept();
      assertThat(there.headers()).isEqualTo(connect);
      there.respond(Headers.status(200));
      session.stream().output().write("ping".getBytes());
      assertThat(there.stream().input().readNBytes(4)).isEqualTo("ping".getBytes());
      there.stream().output().write("pong".getBytes());
      assertThat(session.stream().input().readNBytes(4)).isEqualTo("pong".getBytes());
      // RFC 9114 §4.4: a tunnel has no trailers
      assertThatThrownBy(() -> there.finish(Headers.of("x", "y")))
          .isInstanceOf(IllegalArgumentException.class);
      there.close();
    }
  }
}
