package dev.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.EchoLoop;
import dev.heddle.bench.load.Payload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EchoLoopTest {
  private static final EchoLoad LOAD = new EchoLoad(3, 20, Duration.ofSeconds(10), EchoLoad.SMALL);

  @Test
  void theLoopEndsByCount() throws Exception {
    assertThat(EchoLoop.run(body -> body, LOAD).units()).isEqualTo(20);
  }

  @Test
  void theLoopEndsByTime() throws Exception {
    EchoLoad endless = new EchoLoad(3, 100_000_000, Duration.ofMillis(20), EchoLoad.SMALL);
    assertThat(EchoLoop.run(body -> body, endless).units()).isBetween(1L, 99_999_999L);
  }

  @Test
  void aWrongEchoFailsTheLoop() {
    byte[] another = LOAD.body(1_000);
    assertThatThrownBy(() -> EchoLoop.run(_ -> another, LOAD))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void piecesOutOfPlaceAreNoticed() {
    byte[] chunk = Payload.chunk();
    Payload.check(2L * Payload.CHUNK_BYTES, chunk, chunk.length);
    assertThatThrownBy(() -> Payload.check(1, chunk, chunk.length))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Payload.checkCount(5, 4)).isInstanceOf(IllegalStateException.class);
  }
}
