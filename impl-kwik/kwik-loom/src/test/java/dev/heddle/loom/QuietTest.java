package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicClientConnection;

/** RFC 9000 §13.2.4: acknowledgements do not ask for acknowledgements for ever. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class QuietTest {

  @Test
  void connectionsWithNothingToSayFallSilentAndTimeOut() throws Exception {
    try (Loopback loopback = Loopback.serving(stream -> {})) {
      for (int i = 0; i < 5; i++) {
        QuicClientConnection client =
            loopback.client().maxIdleTimeout(Duration.ofMillis(900)).build();
        CompletableFuture<ConnectionTerminatedEvent.CloseReason> end = new CompletableFuture<>();
        client.setConnectionListener(event -> end.complete(event.closeReason()));
        client.connect();
        for (int j = 0; j < 20; j++) {
          client.createStream(true).getOutputStream().write(1);
        }
        assertThat(end)
            .succeedsWithin(Duration.ofSeconds(8))
            .isEqualTo(ConnectionTerminatedEvent.CloseReason.IdleTimeout);
      }
    }
  }
}
