package dev.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.bench.load.Measured;
import dev.heddle.bench.peer.Peer;
import org.junit.jupiter.api.Test;

class TableTest {
  private final Results results = new Results();

  @Test
  void aCellIsTheMedianAndItsRatioToHeddle() {
    rates(Peer.HEDDLE, 900, 1_000, 5_000);
    rates(Peer.NETTY, 1, 500, 600);
    assertThat(new Table(results).toString()).contains(" 1,000 |", " 500 (x0.50) |");
  }

  @Test
  void heddleIsHeldAgainstBareStreams() {
    rates(Peer.HEDDLE, 900);
    rates(Peer.STREAMS, 990);
    assertThat(new Table(results).toString()).contains("0.91: +10 % time, within the bar");
    rates(Peer.STREAMS, 1_800, 1_800);
    assertThat(new Table(results).toString()).contains("0.50: +100 % time, OVER THE BAR");
  }

  @Test
  void lessIsBetterForLatency() {
    results.add(Row.ECHO_1, Peer.HEDDLE, new Measured(1, 1, 130_000, 200_000));
    results.add(Row.ECHO_1, Peer.STREAMS, new Measured(1, 1, 100_000, 200_000));
    assertThat(new Table(results).toString())
        .contains("1.30: +30 % time, OVER THE BAR", "1.00: +0 % time, within the bar");
  }

  @Test
  void failuresAreToldApartFromPeersThatDidNotRun() {
    rates(Peer.HEDDLE, 900);
    results.addFailure(Row.ECHO_100, Peer.HEDDLE, "stalled");
    results.addFailure(Row.ECHO_100, Peer.FLUPKE, "broke");
    assertThat(new Table(results).toString())
        .contains("900 [1 failed]", " failed |", " - |", "flupke, echo100: broke");
  }

  @Test
  void memoryIsOfOneConnection() {
    Measured kept = new Measured(100, 1, 0, 0, 100 * 20_480, 100 * 512_000);
    results.add(Row.IDLE, Peer.HEDDLE, Measured.ofLine(kept.toLine()));
    assertThat(new Table(results).toString()).contains(" 20.0 |", " 500 |");
  }

  private void rates(Peer peer, long... perSecond) {
    for (long rate : perSecond) {
      results.add(Row.ECHO_100, peer, new Measured(rate, 1_000_000_000L, 1, 1));
    }
  }
}
