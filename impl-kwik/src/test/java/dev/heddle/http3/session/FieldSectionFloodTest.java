package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.GET;
import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.headers;
import static dev.heddle.http3.testing.Octets.request;
import static dev.heddle.http3.testing.Octets.response;
import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.RawPeer.Exchange;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Field sections over maxFieldSectionBytes and maxFieldCount. */
@Timeout(10)
class FieldSectionFloodTest {
  private static final Limits SMALL =
      Limits.builder().maxFieldSectionBytes(1024).maxFieldCount(16).build();
  private static final String[] LARGE = {"x", "y".repeat(1024)};
  private static final String[] MANY =
      IntStream.range(0, 40).mapToObj(i -> i % 2 == 0 ? "n" + i : "").toArray(String[]::new);

  // RFC 9114 §4.2.2: a server that gets a larger section can answer 431
  @Test
  void aServerAnswers431ToFieldsThatAreTooLargeOrTooMany() throws Exception {
    try (RawPeer peer =
        RawPeer.client(SMALL, session -> session.respond(Headers.status(200), NONE)).settled()) {
      for (String[] more : new String[][] {LARGE, MANY}) {
        MemoryStream stream = peer.bidi(request("POST", more));
        assertThat(frames(stream)).containsExactly("HEADERS :status=431");
        assertThat(stream.awaitStop()).isEqualTo(ErrorCode.H3_NO_ERROR.value());
      }
      // a claim alone, of 1 GiB, is refused before its bytes come
      assertThat(frames(peer.bidi(hex("01 c000000040000000 0000"))))
          .containsExactly("HEADERS :status=431");
      assertThat(frames(peer.message(request("GET")))).containsExactly("HEADERS :status=200");
    }
  }

  @Test
  void trailersThatAreTooLargeAreResetWithExcessiveLoad() throws Exception {
    try (RawPeer peer =
        RawPeer.client(
                SMALL,
                session -> {
                  session.bodyReader().readAllBytes();
                  session.respond(Headers.status(200), NONE);
                })
            .settled()) {
      MemoryStream stream = peer.message(request("POST"), headers(LARGE));
      assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_EXCESSIVE_LOAD.value());
      peer.requireAlive();
    }
  }

  @Test
  void aClientResetsResponsesThatAreTooLargeOrTooMany() throws Exception {
    try (RawPeer peer = RawPeer.server(SMALL).settled()) {
      for (String[] more : new String[][] {LARGE, MANY}) {
        Exchange exchange = peer.exchange(GET);
        exchange.stream().send(response(200, more));
        assertThatThrownBy(exchange.session()::headers)
            .isInstanceOfSatisfying(
                StreamResetException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.H3_EXCESSIVE_LOAD));
        assertThat(exchange.stream().awaitStop()).isEqualTo(ErrorCode.H3_EXCESSIVE_LOAD.value());
      }
      peer.requireAlive();
    }
  }
}
