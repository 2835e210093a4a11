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
      CompletableFuture<Reply> answer = begun(rig, server, "/slow?ms=1500");
      assertThat(server.terminate()).isZero();
      assertThat(Peer.wait(answer).has("error")).as("%s", Peer.wait(answer)).isFalse();
      assertThat(Peer.wait(answer).text("text")).isEqualTo("slow\n");
    }
  }

  /**
   * Begins a request and returns once it is in progress: a later one on the same connection, whose
   * stream has a higher number, was answered.
   */
  private static CompletableFuture<Reply> begun(Rig rig, SampleServer server, String path) {
    Peer.Told sent = rig.client().told();
    CompletableFuture<Reply> answer =
        Ask.of(server.target(), "GET", path).tell(sent).begin(rig.client());
    Peer.wait(sent.reply());
    Ask.of(server.target(), "GET", "/").send(rig.client());
    return answer;
  }

  @Test
  void theServerSendsGoAwayAndThenClosesWithNoError(Rig rig) throws Exception {
    try (SampleServer server = new SampleServer()) {
      Peer.Told begun = rig.raw().told();
      Script script =
          Script.decent()
              .bidiWithEnd("r", Bytes.get("/slow?ms=1500"))
              .thenGet("later")
              .tell(begun)
              .awaitFrame("peer-0", Bytes.GOAWAY)
              .awaitEnd("r")
              .awaitClose();
      var arguments = new java.util.LinkedHashMap<>(script.arguments());
      arguments.put("target", server.target().hostPort());
      CompletableFuture<Reply> attack = rig.raw().begin("attack", arguments);
      Peer.wait(begun.reply());
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
      CompletableFuture<Reply> endless = begun(rig, server, "/forever");
      assertThat(server.terminate()).isZero();
      assertThat(Peer.wait(endless).has("error")).isTrue();
    }
  }
}
