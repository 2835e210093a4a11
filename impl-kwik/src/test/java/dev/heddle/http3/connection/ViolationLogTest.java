package dev.heddle.http3.connection;

import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.headers;
import static dev.heddle.http3.testing.Octets.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.RawPeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client does wrong, and no handler sees, is one DEBUG line of this package. */
@Timeout(20)
class ViolationLogTest {
  private final Logger logger = Logger.getLogger("dev.heddle.http3.connection");
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler collector =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getLevel() == Level.FINE) {
            lines.add(line.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void collect() {
    logger.setLevel(Level.FINE);
    logger.addHandler(collector);
  }

  @AfterEach
  void release() {
    logger.removeHandler(collector);
    logger.setLevel(null);
  }

  private static RawPeer client(Limits limits) throws Exception {
    return RawPeer.client(limits, session -> session.respond(Headers.status(200), new byte[0]))
        .settled();
  }

  @Test
  void aMalformedRequestIsOneLine() throws Exception {
    try (RawPeer peer = client(Limits.defaults())) {
      peer.message(request("GET", "X", "")).awaitReset();
      assertThat(frames(peer.message(request("GET")))).hasSize(1);
    }
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("stream 0: ", "H3_MESSAGE_ERROR", "malformed message");
  }

  @Test
  void aRequestWithTooManyFieldsIsOneLine() throws Exception {
    Limits limits = Limits.builder().maxFieldSectionBytes(1_024).build();
    try (RawPeer peer = client(limits)) {
      MemoryStream stream = peer.message(headers(":method", "GET", "x", "a".repeat(2_000)));
      assertThat(frames(stream)).containsExactly("HEADERS :status=431");
    }
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("stream 0: ", "the header section is too large");
  }

  @Test
  void headersThatDoNotComeAreOneLine() throws Exception {
    Limits limits = Limits.builder().headerTimeout(Duration.ofMillis(100)).build();
    try (RawPeer peer = client(limits)) {
      peer.bidi().awaitReset();
    }
    assertThat(lines).singleElement().asString().contains("stream 0: no headers in time");
  }
}
