package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What clients see of a sample server that SIGTERM ends (RFC 9114 section 5.2). */
@ExtendWith(Rig.Resolver.class)
@Timeout(60)
class ServerEndTest {

  @Test
  void aRequestInProgressEndsWellAndTheProcessWithStatusZero(Rig rig) throws Exception {
    try (SampleServer server = new SampleServer()) {
      Ask slow = Ask.of(server.target(), "GET", "/slow?ms=1500");
      CompletableFuture<Reply> answer = slow.begin(rig.client());
      Ask.of(server.target(), "GET", "/").send(rig.client());
      assertThat(server.terminate()).isZero();
      assertThat(Peer.wait(answer).has("error")).as("%s", Peer.wait(answer)).isFalse();
      assertThat(Peer.wait(answer).text("text")).isEqualTo("slow\n");
    }
  }

  @Test
  void theServerSendsGoAwayAndThenClosesWithNoError(Rig rig) throws Exception {
    try (SampleServer server = new SampleServer()) {
      Script script =
          Script.decent()
              .bidiWithEnd("r", Bytes.get("/slow?ms=1500"))
              .awaitFrame("peer-0", Bytes.GOAWAY)
              .awaitEnd("r")
              .awaitClose();
      var arguments = new java.util.LinkedHashMap<>(script.arguments());
      arguments.put("target", server.target().hostPort());
      CompletableFuture<Reply> attack = rig.raw().begin("attack", arguments);
      Violation.servedOn(
          server.target().attack(rig.raw(), Script.decent().thenGet("r")), "r", "200");
      assertThat(server.terminate()).isZero();
      Seen seen = new Seen(Peer.wait(attack));
      assertThat(seen.stream("r").statuses()).as("%s", seen).containsExactly("200");
      assertThat(seen.stream("peer-0").frames(Bytes.GOAWAY)).isNotEmpty();
      Violation.closedWith(seen, Code.H3_NO_ERROR);
    }
  }

  @Test
  void anEndlessResponseDoesNotKeepTheServerFromEnding(Rig rig) throws Exception {
    try (SampleServer server = new SampleServer()) {
      CompletableFuture<Reply> endless =
          Ask.of(server.target(), "GET", "/forever").begin(rig.client());
      Ask.of(server.target(), "GET", "/").send(rig.client());
      assertThat(server.terminate()).isZero();
      assertThat(Peer.wait(endless).has("error")).isTrue();
    }
  }
}
