package dev.heddle.http3.session;

import static dev.heddle.http3.testing.Octets.data;
import static dev.heddle.http3.testing.Octets.frame;
import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.Headers;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.FrameReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** RFC 9110 section 10.1.1: clients that wait to be told before they send their body. */
@Timeout(10)
@ExtendWith({NoErrors.class, NoLeaks.class})
class ExpectContinueTest {
  private static final byte[] EXPECTS = request("POST", "expect", "100-continue");
  private static final SessionHandler COUNT =
      session -> {
        int bytes = session.bodyReader().readAllBytes().length;
        session.respond(Headers.status(200).with("count", "" + bytes), new byte[0]);
      };

  @Test
  void whoReadsTheBodyHasTheClientGoOn() throws Exception {
    try (RawPeer peer = RawPeer.client(COUNT)) {
      MemoryStream stream = peer.bidi(EXPECTS);
      FrameReader frames = new FrameReader(new BufferedByteSource(stream::read));
      assertThat(frame(frames.next(), frames)).isEqualTo("HEADERS :status=100");
      stream.end(data("abc"));
      assertThat(frame(frames.next(), frames)).isEqualTo("HEADERS :status=200 count=3");
    }
  }

  @Test
  void whoAnswersWithoutTheBodyDoesNot() throws Exception {
    SessionHandler refuses = session -> session.respond(Headers.status(413), new byte[0]);
    try (RawPeer peer = RawPeer.client(refuses)) {
      MemoryStream stream = peer.bidi(EXPECTS);
      assertThat(frames(stream)).containsExactly("HEADERS :status=413");
      assertThat(stream.awaitStop()).isEqualTo(0x100);
    }
  }

  @Test
  void whoSaysItAloneSaysItOnce() throws Exception {
    SessionHandler says =
        session -> {
          session.respond(Headers.status(100));
          COUNT.handle(session);
        };
    try (RawPeer peer = RawPeer.client(says)) {
      assertThat(frames(peer.message(EXPECTS, data("ab"))))
          .containsExactly("HEADERS :status=100", "HEADERS :status=200 count=2");
    }
  }

  @Test
  void nobodyElseIsTold() throws Exception {
    try (RawPeer peer = RawPeer.client(COUNT)) {
      assertThat(frames(peer.message(request("POST", "expect", "something"), data("ab"))))
          .containsExactly("HEADERS :status=200 count=2");
      assertThat(frames(peer.message(request("POST"), data("ab"))))
          .containsExactly("HEADERS :status=200 count=2");
    }
  }
}
