package dev.heddle.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.RequestRejectedException;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How connections of our client to quic-go's server begin and end. */
@ExtendWith(Rig.Resolver.class)
@Timeout(120)
class GoServerConnectionTest {

  @Test
  void everyOneOfThreeHundredConnectionsIsMade(Rig rig) throws Exception {
    Target server = Target.of(rig.goServer().greeting);
    for (int i = 0; i < 300; i++) {
      try (SessionConnection another = GoServerTest.connect(server)) {
        assertThat(another.peerSettings().extendedConnect()).isTrue();
      }
    }
  }

  @Test
  void afterGoAwayRequestsInProgressEndAndNewOnesAreRejected() throws Exception {
    try (Peer leaving = Peer.server()) {
      Target target = Target.of(leaving.greeting);
      try (SessionConnection own = GoServerTest.connect(target);
          Session slow =
              own.open(Headers.get(URI.create(target.origin() + "/slow?ms=1500")), new byte[0])) {
        assertThat(own.peerSettings().extendedConnect()).isTrue();
        try (Session quick = own.open(Headers.get(URI.create(target.origin())), new byte[0])) {
          assertThat(quick.headers().status()).hasValue(200);
        }
        CompletableFuture<Reply> end = leaving.begin("shutdown", Map.of("millis", 20_000));
        Waiting.until(() -> !own.isOpen());
        assertThatThrownBy(() -> own.open(Headers.get(URI.create(target.origin()))))
            .isInstanceOf(RequestRejectedException.class);
        assertThat(slow.bodyReader().readAllBytes()).asString().isEqualTo("slow\n");
        own.shutdown(Duration.ZERO);
        assertThat(Peer.wait(end).truth("clean")).isTrue();
      }
    }
  }

  @Test
  void aConnectionThatTheServerClosesTellsCodeAndReason() throws Exception {
    try (Peer leaving = Peer.server()) {
      Target target = Target.of(leaving.greeting);
      try (SessionConnection own = GoServerTest.connect(target);
          Session slow =
              own.open(Headers.get(URI.create(target.origin() + "/slow?ms=9000")), new byte[0])) {
        own.peerSettings();
        leaving.ask("abort", Map.of("code", 0x1234, "reason", "out of paper"));
        assertThatThrownBy(slow::headers)
            .isInstanceOfSatisfying(
                ConnectionClosedException.class,
                e -> {
                  assertThat(e.origin()).isEqualTo(ConnectionClosedException.Origin.PEER);
                  assertThat(e.code()).contains(new ErrorCode(0x1234));
                  assertThat(e.reason()).isEqualTo("out of paper");
                });
      }
    }
  }
}
