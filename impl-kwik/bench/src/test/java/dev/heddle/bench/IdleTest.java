package dev.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.bench.load.Measured;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IdleTest {
  private static final int BYTES = 10_000_000;

  @Test
  void connectionsThatAreHeldCostMemoryOnBothSidesAndStayAlive() throws Exception {
    try (IdleServer server = new IdleServer()) {
      Measured measured = server.measured(20, Duration.ofSeconds(20));
      assertThat(measured.units()).isEqualTo(20);
      assertThat(measured.serverBytes()).isGreaterThan(20 * 1_000);
      assertThat(measured.clientBytes()).isGreaterThan(20 * 1_000);
    }
  }

  @Test
  void whatIsKeptIsSeenInTheHeapAndInItsHistogram() throws Exception {
    Heap before = Heap.now();
    byte[] kept = new byte[BYTES];
    Heap after = Heap.now();
    assertThat(after.bytes() - before.bytes()).isGreaterThan(BYTES / 2);
    assertThat(after.growth(before, 1, 1)).contains("[B");
    assertThat(kept).hasSize(BYTES);
  }
}
