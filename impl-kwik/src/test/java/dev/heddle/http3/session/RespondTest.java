package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.GET;
import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.session.Sides.POST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.wire.Bytes;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  // RFC 9110 §8.6: no content-length in 1xx, 204, and 2xx to CONNECT
  @ParameterizedTest
  @CsvSource({"GET, 103", "GET, 204", "HEAD, 204", "CONNECT, 200", "CONNECT, 299"})
  void aContentLengthIsRefusedWhereNoneCanBe(String method, int status) throws Exception {
    Headers request = method.equals("CONNECT") ? Headers.connect("a:1") : GET;
    Headers response = Headers.status(status).with("content-length", "0");
    inHandler(
        request,
        session -> {
          assertThatThrownBy(() -> session.respond(response))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("content-length");
          session.respond(Headers.status(304).with("content-length", "5"));
        });
  }

  // RFC 9110 §15.3.6: 205 has no content
  @Test
  void aBodyOf205IsRefused() throws Exception {
    inHandler(
        GET,
        session -> {
          assertThatThrownBy(() -> session.respond(Headers.status(205), new byte[1]))
              .isInstanceOf(IllegalArgumentException.class);
          session.respond(Headers.status(205), NONE);
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
    try (RawPeer peer = RawPeer.server(Limits.defaults())) {
      peer.uni(Bytes.hex("00 0403 06 40ff"));
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
}
