package dev.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.bench.load.DatagramLoad;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.TransferLoad;
import dev.heddle.bench.peer.Harness;
import dev.heddle.bench.peer.Peer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loads check every byte that comes back, so that a load that ends has carried the right ones. */
@Timeout(60)
class HarnessTest {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);
  private static final long MORE_THAN_A_WINDOW = 1_000_003;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GO")
  void everyEchoComesBack(Peer peer) throws Exception {
    try (Harness harness = peer.open()) {
      Measured measured = harness.echo(new EchoLoad(7, 50, LONG_ENOUGH, EchoLoad.SMALL));
      assertThat(measured.units()).isEqualTo(50);
      assertThat(measured.medianNanos()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GO")
  void echoesOfSeveralPacketsComeBackToo(Peer peer) throws Exception {
    try (Harness harness = peer.open()) {
      Measured measured = harness.echo(new EchoLoad(2, 4, LONG_ENOUGH, 30_000));
      assertThat(measured.units()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HEDDLE", "STREAMS", "NETTY"})
  void everyNewConnectionHasItsRequest(Peer peer) throws Exception {
    try (Harness harness = peer.open()) {
      Measured measured = harness.connects(new EchoLoad(3, 12, LONG_ENOUGH, EchoLoad.SMALL));
      assertThat(measured.units()).isEqualTo(12);
      assertThat(measured.medianNanos()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HEDDLE", "STREAMS"})
  void datagramsComeBack(Peer peer) throws Exception {
    try (Harness harness = peer.open()) {
      for (int inFlight : new int[] {1, 16}) {
        Measured measured = harness.datagrams(new DatagramLoad(inFlight, 100, 0, 500, LONG_ENOUGH));
        assertThat(measured.units()).isBetween(400L, 500L); // some may get lost
      }
    }
  }

  @Test
  void datagramsComeBackOnEveryContext() throws Exception {
    try (Harness harness = Peer.HEDDLE.open()) {
      Measured measured = harness.datagrams(new DatagramLoad(16, 100, 250, 1_000, LONG_ENOUGH));
      assertThat(measured.units()).isBetween(800L, 1_000L);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GO")
  void anUploadArrivesWhole(Peer peer) throws Exception {
    try (Harness harness = peer.open()) {
      Measured measured = harness.upload(new TransferLoad(MORE_THAN_A_WINDOW, LONG_ENOUGH));
      assertThat(measured.units()).isEqualTo(MORE_THAN_A_WINDOW);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GO")
  void aDownloadArrivesWhole(Peer peer) throws Exception {
    try (Harness harness = peer.open()) {
      Measured measured = harness.download(new TransferLoad(MORE_THAN_A_WINDOW, LONG_ENOUGH));
      assertThat(measured.units()).isEqualTo(MORE_THAN_A_WINDOW);
    }
  }
}
