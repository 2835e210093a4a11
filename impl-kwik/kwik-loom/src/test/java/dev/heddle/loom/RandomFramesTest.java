package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.loom.LoomStream;

/** Frames of every type with fields of every size, from a peer whose packets open. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RandomFramesTest {

  private static final int CONNECTIONS = 150;
  private static final int INTERNAL_ERROR = 1;
  private static final int[] TYPES = {
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
    0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1e, 0x30, 0x31
  };

  private final Random random = new Random(97);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theyEndInAViolationOrInNothing(boolean byClient) throws Exception {
    int ended = 0;
    try (Loopback loopback = new Loopback(Loopback.Sizes.NORMAL, null, null)) {
      for (int i = 0; i < CONNECTIONS; i++) {
        QuicConnection client = loopback.connect();
        QuicConnection server = loopback.accepted();
        QuicConnection rogue = byClient ? client : server;
        byte[] frames = frames();
        ((QuicConnectionImpl) rogue).send(new RawFrame(frames), lost -> {}, true);
        ConnectionEnd end = endOf(LoomConnection.from(rogue), byClient ? server : client);
        if (end != null) {
          ended++;
          assertThat(end.code()).as("%s", end).isNotEqualTo(INTERNAL_ERROR);
          assertThat(end.cause()).as("%s", end).isEqualTo(ConnectionEnd.Cause.CLOSED);
        }
      }
    }
    assertThat(ended).isBetween(CONNECTIONS / 10, CONNECTIONS * 99 / 100);
  }

  /** How the connection ended, or null once it was seen to live on. */
  private static ConnectionEnd endOf(LoomConnection rogue, QuicConnection peer) throws Exception {
    LoomConnection other = LoomConnection.from(peer);
    try {
      LoomStream stream = rogue.openStream(false);
      stream.write(true, ByteBuffer.allocate(1));
      while (!rogue.awaitAcknowledged(Duration.ofMillis(20)) && other.end().isEmpty()) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      // It has ended.
    }
    Optional<ConnectionEnd> end = other.end();
    return end.orElse(null);
  }

  private byte[] frames() {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = random.nextInt(4); i >= 0; i--) {
      frames.write(TYPES[random.nextInt(TYPES.length)]);
      for (int fields = 1 + random.nextInt(5); fields > 0; fields--) {
        number(frames);
      }
    }
    return frames.toByteArray();
  }

  private void number(ByteArrayOutputStream out) {
    switch (random.nextInt(8)) {
      case 0 -> out.writeBytes(ByteBuffer.allocate(8).putLong(-1L - random.nextInt(4)).array());
      case 1 -> out.writeBytes(ByteBuffer.allocate(4).putInt(1 << 31 | random.nextInt()).array());
      case 2 -> out.writeBytes(new byte[] {0x40, (byte) random.nextInt()});
      default -> out.write(random.nextInt(16));
    }
  }
}
