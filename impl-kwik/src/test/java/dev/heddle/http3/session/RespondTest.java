// checkstyle allow FileLength: one short test for each rule of responding, all on one fixture
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
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionHandler;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sending: what may follow what, and what a misuse is told. */
@Timeout(10)
@ExtendWith(NoLeaks.class)
class RespondTest {
  /** Runs checks in a handler, and gives their failure to the test. */
  private static void inHandler(Headers request, SessionHandler checks) throws Exception {
    CompletableFuture<Throwable> result = new CompletableFuture<>();
    SessionHandler handler =
        session -> {
          try {
            checks.handle(session);
            result.complete(null);
          } catch (Throwable e) {
            result.complete(e);
          }
        };
    try (Sides sides = Sides.with(handler)) {
      try (Session session = sides.client().open(request, NONE)) {
        assertThat(result.get(10, TimeUnit.SECONDS)).isNull();
        session.id();
      }
    }
  }

  @Test
  void aSecondFinalResponseIsRefusedWithWhatToDoInstead() throws Exception {
    inHandler(
        GET,
        session -> {
          session.respond(Headers.status(200));
          assertThatThrownBy(() -> session.respond(Headers.status(200)))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("bodyWriter()");
          assertThatThrownBy(() -> session.respond(Headers.status(500), NONE))
              .isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> session.respond(Headers.status(103)))
              .isInstanceOf(IllegalStateException.class);
          session.bodyWriter().write(1);
          assertThatThrownBy(() -> session.respond(Headers.status(200)))
              .isInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  void nothingFollowsTheEnd() throws Exception {
    inHandler(
        GET,
        session -> {
          session.respond(Headers.status(200));
          session.finish(Headers.empty());
          assertThatThrownBy(() -> session.bodyWriter().write(1)).isInstanceOf(IOException.class);
          assertThatThrownBy(() -> session.finish(Headers.empty()))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("once");
          session.bodyWriter().close();
        });
  }

  @Test
  void aBodyBeforeTheResponseIsRefusedAndSpoilsNothing() throws Exception {
    inHandler(
        GET,
        session -> {
          assertThatThrownBy(() -> session.bodyWriter().write(1))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("respond()");
          assertThatThrownBy(() -> session.bodyWriter().close())
              .isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> session.finish(Headers.empty()))
              .isInstanceOf(IllegalStateException.class);
          session.respond(Headers.status(200));
          session.bodyWriter().write(1);
          session.bodyWriter().close();
          assertThatThrownBy(() -> session.bodyWriter().write(1)).isInstanceOf(IOException.class);
        });
  }

  @Test
  void trailersBeforeTheBodysEndAreRefusedWithWhatToDoInstead() throws Exception {
    inHandler(
        POST,
        session -> {
          assertThatThrownBy(session::trailers)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("bodyReader()");
          assertThat(session.bodyReader().read()).isEqualTo(-1);
          assertThat(session.trailers()).isEqualTo(Headers.empty());
          session.respond(Headers.status(200), NONE);
        });
  }

  // RFC 9114 §4.2, §4.3: an endpoint generates no malformed message
  @Test
  void whatMakesNoMessageIsRefusedBeforeItIsSent() throws Exception {
    inHandler(
        GET,
        session -> {
          for (Headers bad :
              new Headers[] {
                Headers.empty(),
                Headers.of("x", "y"),
                GET,
                Headers.status(200).with(":path", "/"),
                Headers.status(200).with("connection", "close"),
                Headers.status(200).with("transfer-encoding", "chunked"),
                Headers.status(200).with("content-length", "x"),
                Headers.of(":status", "101"),
                Headers.of(":status", "2")
              }) {
            assertThatThrownBy(() -> session.respond(bad))
                .isInstanceOf(IllegalArgumentException.class);
          }
          assertThatThrownBy(() -> session.respond(Headers.status(103), NONE))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> session.respond(Headers.status(204), new byte[1]))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(
                  () -> session.respond(Headers.status(200).with("content-length", "2"), NONE))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("2");
          session.respond(Headers.status(200));
          assertThatThrownBy(() -> session.finish(Headers.of(":path", "/")))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> session.finish(Headers.of("connection", "x")))
              .isInstanceOf(IllegalArgumentException.class);
          session.finish(Headers.of("x", "y"));
        });
  }

  // RFC 9114 §4.3.1, §4.4, RFC 9220 §3: so does a client
  @Test
  void whatMakesNoRequestIsRefusedBeforeItIsSent() throws Exception {
    try (RawPeer peer = RawPeer.server()) {
      for (Headers bad :
          new Headers[] {
            Headers.empty(),
            Headers.status(200),
            Headers.of(":method", "GET"),
            GET.with("host", "b"),
            GET.with("te", "gzip"),
            GET.with("upgrade", "x"),
            Headers.connect("a"),
            Headers.of(":method", "CONNECT", ":authority", "a:1", ":path", "/"),
            Headers.of(":method", "GET", ":scheme", "https", ":authority", "", ":path", "/"),
            Headers.of(":method", "GET", ":scheme", "https", ":authority", "u@a", ":path", "/")
          }) {
        assertThatThrownBy(() -> peer.engine().open(bad))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> peer.engine().open(POST.with("content-length", "2"), NONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(peer.pair().openStreams()).isLessThanOrEqualTo(2); // the control streams
    }
  }

  // RFC 9114 §4.2.2: nothing larger is sent than the peer accepts
  @Test
  void fieldsThatThePeerDoesNotAcceptAreRefused() throws Exception {
    try (RawPeer peer = RawPeer.server(dev.heddle.Limits.defaults())) {
      peer.uni(dev.heddle.http3.wire.Bytes.hex("00 0403 06 40ff"));
      assertThat(peer.engine().peerSettings().maxFieldSectionBytes()).hasValue(255);
      peer.engine().open(GET).close();
      assertThatThrownBy(() -> peer.engine().open(GET.with("x", "y".repeat(100))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("255");
    }
  }

  // RFC 9114 §4.1.2: a body is as long as its content-length
  @Test
  void aBodyThatIsNotAsLongAsAnnouncedIsRefused() throws Exception {
    inHandler(
        GET,
        session -> {
          session.respond(Headers.status(200).with("content-length", "2"));
          session.bodyWriter().write(1);
          assertThatThrownBy(() -> session.finish(Headers.empty()))
              .isInstanceOf(IOException.class)
              .hasMessageContaining("1 bytes");
          session.bodyWriter().write(1);
          assertThatThrownBy(() -> session.bodyWriter().write(1)).isInstanceOf(IOException.class);
          session.finish(Headers.empty());
        });
  }

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

  @Test
  void methodsOfTheOtherRoleSayWhoseTheyAre() throws Exception {
    try (Sides sides = Sides.accepting();
        Session session = sides.client().open(GET, NONE)) {
      assertThatThrownBy(() -> session.respond(Headers.status(200)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("server");
      assertThatThrownBy(sides.client()::accept).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> sides.server().open(GET)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.reset(ErrorCode.H3_REQUEST_REJECTED))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // RFC 9220 §3: no Extended CONNECT before the server says that it accepts it
  @Test
  void extendedConnectNeedsAServerThatAcceptsIt() throws Exception {
    Headers connect = Headers.connect(HERE, "x");
    try (RawPeer peer = RawPeer.server()) {
      assertThatThrownBy(() -> peer.engine().open(connect))
          .isInstanceOf(dev.heddle.NotSupportedByPeerException.class);
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
