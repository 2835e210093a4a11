package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.loom.LoomStream;
import tech.kwik.core.send.Path;
import tech.kwik.core.stream.StreamManager;

/** RFC 9000 §8.2: a peer that challenges and challenges, and does not acknowledge the answers. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PathChallengeFloodTest {

  private static final int PACKETS = 10;
  private static final int PER_PACKET = 120;

  @Test
  void fewAnswersWaitHoweverManyAreAskedFor() throws Exception {
    try (LoomPair pair = new LoomPair(Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.NONE)) {
      LoomStream stream = pair.client.openStream(false);
      stream.write(false, ByteBuffer.allocate(1));
      pair.nextAtServer();
      int before = Tables.entries(pair.kwikServer);
      // So that answers are no surprise to the client.
      Path nowhere = Path.to(pair.loopback.address(), new byte[8], 0);
      ((StreamManager) pair.client).paths().challenge(nowhere, valid -> {}, () -> {});
      pair.loopback.proxy().dropAnswers(true);
      for (int i = 0; i < PACKETS; i++) {
        String challenges = String.format("1a %016x ", i).repeat(PER_PACKET);
        ((QuicConnectionImpl) pair.kwikClient).send(RawFrame.of(challenges), lost -> {}, true);
      }
      stream.write(true, ByteBuffer.allocate(1));
      pair.loopback.proxy().dropAnswers(false);
      LoomStream next = pair.client.openStream(false);
      next.write(true, ByteBuffer.allocate(1));
      pair.nextAtServer();
      assertThat(Tables.entries(pair.kwikServer) - before).isLessThan(200);
      assertThat(pair.server.end()).isEmpty();
    }
  }
}
