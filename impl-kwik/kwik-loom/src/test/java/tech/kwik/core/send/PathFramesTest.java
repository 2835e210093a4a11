package tech.kwik.core.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kwik.core.frame.PathResponseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.Version;

/** RFC 9000 §8.2: frames that wait for their path. */
class PathFramesTest {

  private final PathFrames frames = new PathFrames();
  private final Path open = Path.first(new InetSocketAddress("127.0.0.1", 1));
  private final Path closed = Path.to(new InetSocketAddress("127.0.0.1", 2), new byte[8], 0);

  private static QuicFrame response() {
    return new PathResponseFrame(Version.getDefault(), new byte[8]);
  }

  private static QuicFrame challenge() {
    return new Challenge(Version.getDefault(), new byte[8]);
  }

  // RFC 9000 §8.2.2: PATH_CHALLENGE is answered; a flood of them must not cost memory
  @Test
  void answersAreLimited() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 1_000; i++) {
        frames.add(open, response(), Sender.NO_RETRANSMIT);
      }
      int taken = 0;
      while (frames.isWaiting()) {
        taken += frames.take(open).size();
      }
      assertThat(taken).isEqualTo(PathFrames.MAX_WAITING);
    }
  }

  @Test
  void whatHasNoRoomWaitsAndKeepsNothingBack() {
    Path inUse = Path.first(new InetSocketAddress("127.0.0.1", 3));
    frames.add(closed, challenge(), Sender.NO_RETRANSMIT);
    frames.add(closed, response(), Sender.NO_RETRANSMIT);
    frames.add(open, response(), Sender.NO_RETRANSMIT);
    assertThat(frames.takeBeside(inUse)).extracting(PathFrames.Waiting::path).containsExactly(open);
    assertThat(frames.takeBeside(inUse)).isEmpty();
    closed.allowMore(100);
    List<PathFrames.Waiting> both = frames.takeBeside(inUse);
    assertThat(both).extracting(PathFrames.Waiting::path).containsExactly(closed, closed);
    assertThat(frames.isWaiting()).isFalse();
  }

  @Test
  void whatIsForThePathInUseIsLeftThere() {
    frames.add(open, challenge(), Sender.NO_RETRANSMIT);
    assertThat(frames.takeBeside(open)).isEmpty();
    assertThat(frames.isWaitingFor(open)).isTrue();
    assertThat(frames.isWaitingFor(closed)).isFalse();
    assertThat(frames.take(open)).hasSize(1);
    assertThat(frames.isWaitingFor(open)).isFalse();
  }
}
