package dev.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.bench.load.Measured;
import dev.heddle.bench.peer.Peer;
import dev.heddle.bench.relay.Relay;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class PeerProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path scratch;

  @Test
  void aWorkerAnswersEveryCommand() throws Exception {
    List<String> worker = Options.parse(new String[0]).commandLine(Peer.NETTY);
    try (PeerProcess process = new PeerProcess(worker)) {
      assertThat(process.run("echo 5 5 20 10000", PATIENCE).units()).isEqualTo(20);
      assertThat(process.run("upload 100000 10000", PATIENCE).units()).isEqualTo(100_000);
      assertThatThrownBy(() -> process.run("dance", PATIENCE)).hasMessageContaining("dance");
      assertThat(process.run("download 100000 10000", PATIENCE).units()).isEqualTo(100_000);
    }
  }

  @Test
  void quicGoAnswersTheSameCommands() throws Exception {
    Path program = scratch.resolve("go-peer");
    assumeTrue(built(program), "needs go, and the modules of go/go.mod");
    try (PeerProcess process = new PeerProcess(List.of(program.toString()))) {
      assertThat(process.run("echo 5 5 20 10000", PATIENCE).units()).isEqualTo(20);
      assertThat(process.run("upload 1000003 10000", PATIENCE).units()).isEqualTo(1_000_003);
      assertThat(process.run("download 1000003 10000", PATIENCE).units()).isEqualTo(1_000_003);
      assertThat(process.run("connect 2 2 6 10000", PATIENCE).units()).isEqualTo(6);
      Measured idle = process.run("idle 5 10000", PATIENCE);
      assertThat(idle.units()).isEqualTo(5);
      assertThat(idle.serverBytes()).isPositive();
      assertThat(idle.clientBytes()).isPositive();
      relayed(process);
    }
  }

  @Test
  void heddleUploadsThroughARelay() throws Exception {
    List<String> worker = Options.parse(new String[0]).commandLine(Peer.HEDDLE);
    try (PeerProcess process = new PeerProcess(worker)) {
      relayed(process);
    }
  }

  private static void relayed(PeerProcess process) throws Exception {
    String port = process.ask("relayed 300000 10000 1000000", PATIENCE);
    assertThat(port).startsWith("port ");
    int serverPort = Integer.parseInt(port.substring("port ".length()));
    try (Relay relay = new Relay(serverPort, Duration.ofMillis(4), 0.01, 1)) {
      Measured measured = process.run(Integer.toString(relay.port()), PATIENCE);
      assertThat(measured.units()).isEqualTo(300_000);
      assertThat(relay.report()).doesNotContain("up 0 packets");
    }
  }

  @Test
  void aPeerThatStallsIsGivenUpAndStartedAgain() throws Exception {
    String script = "read c; if [ -e go ]; then echo ok 3 2 1 0; else touch go; sleep 60; fi";
    List<String> command = List.of("sh", "-c", "cd '" + scratch + "'; " + script);
    try (PeerProcess process = new PeerProcess(command)) {
      assertThatThrownBy(() -> process.run("echo", Duration.ofSeconds(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("stalled");
      assertThat(process.run("echo", PATIENCE)).isEqualTo(new Measured(3, 2, 1, 0));
    }
  }

  private static boolean built(Path program) throws InterruptedException {
    try {
      return new ProcessBuilder("go", "build", "-o", program.toString(), ".")
              .directory(new File("go"))
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
