package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.POST;
import static dev.heddle.http3.testing.Octets.data;
import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.request;
import static dev.heddle.http3.testing.Octets.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.RawPeer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** STOP_SENDING and RESET_STREAM of the peer: each direction ends by itself. */
@Timeout(10)
@ExtendWith({NoErrors.class, NoLeaks.class})
class AbortTest {
  private static void assertCode(Throwable thrown, long code) {
    assertThat(thrown).isInstanceOf(StreamResetException.class);
    assertThat(((StreamResetException) thrown).code().value()).isEqualTo(code);
    assertThat(((StreamResetException) thrown).fromPeer()).isTrue();
  }

  @Test
  void aResponseThatIsStoppedEndsTheWriterAndNotTheReader() throws Exception {
    CompletableFuture<Throwable> writer = new CompletableFuture<>();
    CompletableFuture<String> reader = new CompletableFuture<>();
    try (RawPeer peer =
        RawPeer.client(session -> {
          session.respond(Headers.status(200));
          writer.complete(catchThrowable(() -> session.bodyWriter().write(new byte[1_000_000])));
          reader.complete(Sides.text(session));
        })) {
      MemoryStream stream = peer.bidi(request("POST"));
      stream.awaitPeerWrites();
      stream.stopSending(0x77);
      assertCode(writer.get(10, TimeUnit.SECONDS), 0x77);
      stream.end(data("still here"));
      assertThat(reader.get(10, TimeUnit.SECONDS)).isEqualTo("still here");
    }
  }

  @Test
  void aRequestThatIsResetEndsTheReaderAndNotTheWriter() throws Exception {
    try (RawPeer peer =
        RawPeer.client(session -> {
          Throwable met = catchThrowable(() -> session.bodyReader().read());
          session.respond(Headers.status(400), met.getMessage().getBytes());
        })) {
      MemoryStream stream = peer.bidi(request("POST"));
      stream.awaitPeerReads();
      stream.reset(0x78);
      assertThat(frames(stream).get(1)).startsWith("DATA").contains("0x78");
    }
  }

  @Test
  void aResponseThatIsResetEndsTheClientsReaderAndNotItsWriter() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      MemoryStream stream = peer.accept(true);
      stream.send(response(200), data("x"));
      assertThat(session.bodyReader().read()).isEqualTo('x');
      CompletableFuture<Throwable> reader = Sides.inBackground(() -> session.bodyReader().read());
      stream.awaitPeerReads();
      stream.reset(0x79);
      assertCode(reader.get(10, TimeUnit.SECONDS), 0x79);
      session.bodyWriter().write("y".getBytes());
      session.bodyWriter().close();
      assertThat(frames(stream)).endsWith("DATA y");
    }
  }

  @Test
  void abortsBehindTheEndChangeNothing() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST, new byte[1])) {
      MemoryStream stream = peer.accept(true);
      frames(stream);
      stream.end(response(200), data("x"));
      stream.reset(1);
      stream.stopSending(1);
      assertThat(Sides.text(session)).isEqualTo("x");
      assertThat(session.trailers()).isEqualTo(Headers.empty());
    }
  }

  // RFC 9114 §4.1: the end of a request does not wait for its response
  @Test
  void aRequestEndsBeforeItsResponse() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      session.bodyWriter().close();
      MemoryStream stream = peer.accept(true);
      assertThat(frames(stream)).hasSize(1);
      stream.end(response(200));
      assertThat(session.headers()).isEqualTo(Headers.status(200));
    }
  }

  // RFC 9114 §4.1.1: a client gives up with H3_REQUEST_CANCELLED
  @Test
  void closingTheReaderEarlyStopsTheServer() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      MemoryStream stream = peer.accept(true);
      stream.send(response(200), data("xyz"));
      assertThat(session.bodyReader().read()).isEqualTo('x');
      session.bodyReader().close();
      assertThat(stream.awaitStop()).isEqualTo(ErrorCode.H3_REQUEST_CANCELLED.value());
      assertThatThrownBy(() -> session.bodyReader().read())
          .isInstanceOf(SessionClosedException.class);
    }
  }

  // RFC 9114 §4.1.1: a client never sends H3_REQUEST_REJECTED
  @Test
  void aClientCannotRejectARequestByWhicheverMethod() throws Exception {
    try (RawPeer peer = RawPeer.server();
        Session session = peer.engine().open(POST)) {
      ErrorCode rejected = ErrorCode.H3_REQUEST_REJECTED;
      assertThatThrownBy(() -> session.reset(rejected))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("H3_REQUEST_CANCELLED");
      assertThatThrownBy(() -> session.stream().reset(rejected))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.stream().stop(rejected))
          .isInstanceOf(IllegalArgumentException.class);
      MemoryStream stream = peer.accept(true);
      session.bodyWriter().close();
      assertThat(frames(stream)).hasSize(1);
      stream.end(response(200));
      assertThat(session.headers()).isEqualTo(Headers.status(200));
    }
  }
}
