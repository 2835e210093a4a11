package dev.heddle.http3.session;

import static dev.heddle.http3.session.Talk.bytes;
import static dev.heddle.http3.testing.Octets.connect;
import static dev.heddle.http3.testing.Octets.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.DatagramContext;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionHandler;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9297 §3.2, §3.4: which messages have capsules behind them, and which have not. */
@Timeout(30)
@ExtendWith({NoErrors.class, NoLeaks.class})
class CapsuleMessagesTest {
  // RFC 9297 §3.4: the field says that the capsule protocol is in use
  @Test
  void theServersResponseSaysCapsulesWhereTheRequestDoes() throws Exception {
    SessionHandler accept = session -> session.respond(Headers.status(200));
    try (RawPeer peer = RawPeer.datagramClient(accept)) {
      assertThat(Octets.frames(peer.message(connect("talk", "capsule-protocol", "?1;x=1"))))
          .containsExactly("HEADERS :status=200 capsule-protocol=?1");
      assertThat(Octets.frames(peer.message(connect("talk", "capsule-protocol", "1"))))
          .containsExactly("HEADERS :status=200");
      assertThat(
              Octets.frames(
                  peer.message(
                      connect("talk", "capsule-protocol", "?1", "capsule-protocol", "?1"))))
          .containsExactly("HEADERS :status=200");
    }
    try (RawPeer peer = RawPeer.datagramClient(session -> session.respond(Headers.status(404)))) {
      assertThat(Octets.frames(peer.message(connect("talk", "capsule-protocol", "?1"))))
          .containsExactly("HEADERS :status=404");
    }
  }

  // RFC 9297 §3.2: content-length and content-type make such a message malformed
  @ParameterizedTest
  @ValueSource(strings = {"content-length", "content-type"})
  void contentFieldsMakeARequestWithCapsulesMalformed(String field) throws Exception {
    SessionHandler accept = session -> session.respond(Headers.status(200));
    try (RawPeer peer = RawPeer.datagramClient(accept)) {
      MemoryStream stream = peer.message(connect("talk", "capsule-protocol", "?1", field, "0"));
      assertThat(stream.awaitReset()).isEqualTo(0x10e);
    }
    try (Sides sides = Sides.accepting()) {
      assertThatThrownBy(() ->
              sides
                  .client()
                  .open(Headers.connect(Sides.HERE, "talk").withCapsuleProtocol().with(field, "0")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(field);
    }
  }

  // RFC 9297 §3.2: so do some statuses, and capsules in use without the field count too
  @ParameterizedTest
  @CsvSource({"204,", "205,", "206,", "200,content-length", "200,content-type"})
  void aResponseThatExcludesCapsulesIsMalformed(int status, String field) throws Exception {
    String[] more = field == null ? new String[0] : new String[] {field, "0"};
    try (RawPeer peer = RawPeer.datagramServer();
        Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
      MemoryStream stream = peer.accept(true);
      DatagramContext context = session.datagramNoContext();
      stream.send(response(status, more));
      assertThat(stream.awaitReset()).isEqualTo(0x10e);
      assertThatThrownBy(context::readDatagram)
          .isInstanceOfSatisfying(
              StreamResetException.class, e -> assertThat(e.code().value()).isEqualTo(0x10e));
    }
  }

  @Test
  void aServerCannotSendWhatExcludesCapsules() throws Exception {
    try (Sides sides = Sides.accepting();
        Session client =
            sides.client().open(Headers.connect(Sides.HERE, "talk").withCapsuleProtocol());
        Session server = sides.server().accept()) {
      assertThatThrownBy(() -> server.respond(Headers.status(204)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> server.respond(Headers.status(200).with("content-length", "0")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> server.respond(Headers.status(404).withCapsuleProtocol()))
          .isInstanceOf(IllegalArgumentException.class);
      server.respond(Headers.status(200));
      assertThat(client.headers().capsuleProtocol()).isTrue();
    }
  }

  // RFC 9297 §3.2: capsules are in use only after a response of 2xx
  @Test
  void aResponseThatSaysNoEndsTheDatagramsAndLeavesItsBody() throws Exception {
    try (Sides sides = Sides.accepting();
        Session client = sides.client().open(Headers.connect(Sides.HERE, "talk"));
        Session server = sides.server().accept()) {
      DatagramContext context = client.datagramNoContext();
      assertThatThrownBy(server::datagramNoContext)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("2xx");
      server.respond(Headers.status(404), bytes("no such thing"));
      assertThatThrownBy(server::datagramNoContext).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(context::readDatagram)
          .isInstanceOf(SessionClosedException.class)
          .hasMessageContaining("404");
      assertThatThrownBy(() -> context.writeDatagram(new byte[1]))
          .isInstanceOf(SessionClosedException.class);
      assertThat(client.headers().status()).hasValue(404);
      assertThat(Sides.text(client)).isEqualTo("no such thing");
    }
  }

  @Test
  void aDataStreamIsEitherBytesOrCapsules() throws Exception {
    try (Talk talk = Talk.open()) {
      talk.client().bodyWriter().write(bytes("raw"));
      byte[] read = new byte[3];
      assertThat(talk.server().stream().input().readNBytes(read, 0, 3)).isEqualTo(3);
      for (Session session : new Session[] {talk.client(), talk.server()}) {
        assertThatThrownBy(session::datagramNoContext)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("plain bytes");
        assertThatThrownBy(session::capsules).isInstanceOf(IllegalStateException.class);
      }
    }
    try (Talk talk = Talk.open()) {
      talk.client().datagramNoContext();
      assertThatThrownBy(() -> talk.client().bodyWriter().write(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("capsules");
      assertThatThrownBy(() -> talk.client().bodyReader().read())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void otherRequestsHaveNoDatagrams() throws Exception {
    try (Sides sides = Sides.with(session -> session.respond(Headers.status(200)));
        Session session = sides.client().open(Sides.GET, Sides.NONE)) {
      assertThatThrownBy(session::datagramNoContext)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Extended CONNECT");
      assertThat(session.droppedDatagrams()).isEmpty();
    }
  }

  @Test
  void aHandlerThatTheClientEndsHasNotFailed() throws Exception {
    try (Sides sides =
        Sides.with(session -> {
          session.respond(Headers.status(200));
          DatagramContext context = session.acceptDatagramContext();
          while (true) {
            context.readDatagram();
          }
        })) {
      for (boolean closing : new boolean[] {true, false}) {
        try (Session session = sides.client().open(Headers.connect(Sides.HERE, "talk"))) {
          DatagramContext context = session.registerDatagramContext();
          if (closing) {
            context.close();
          } else {
            session.finish(Headers.empty());
          }
          assertThatThrownBy(() -> session.acceptDatagramContext())
              .isInstanceOfSatisfying(
                  SessionClosedException.class, e -> assertThat(e.fromPeer()).isTrue());
        }
      }
    }
  }
}
