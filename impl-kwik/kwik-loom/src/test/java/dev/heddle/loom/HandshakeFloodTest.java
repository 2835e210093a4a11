package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** Clients that begin a handshake and never finish it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HandshakeFloodTest {

  private static void echo(QuicStream stream) throws Exception {
    stream.getOutputStream().write(stream.getInputStream().readAllBytes());
    stream.getOutputStream().close();
  }

  private static void assertEchoes(QuicClientConnection client) throws IOException {
    QuicStream stream = client.createStream(true);
    stream.getOutputStream().write(7);
    stream.getOutputStream().close();
    assertThat(stream.getInputStream().readAllBytes()).containsExactly(7);
  }

  @Test
  void beyondTheLimitWhoDoesNotAnswerIsForgottenAndConnectionsGoOn() throws Exception {
    System.setProperty("tech.kwik.core.loom.maxHandshakes", "5");
    try (Loopback loopback =
        Loopback.serving(
            Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.NONE, HandshakeFloodTest::echo)) {
      // Handshakes that have finished do not count.
      List<QuicClientConnection> connected = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        connected.add(loopback.connect());
      }
      loopback.proxy().dropAnswers(true);
      List<Thread> floods = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        floods.add(Thread.startVirtualThread(() -> assertFails(loopback)));
      }
      for (Thread flood : floods) {
        flood.join();
      }
      loopback.proxy().dropAnswers(false);
      assertEchoes(loopback.connect());
      for (QuicClientConnection client : connected) {
        assertEchoes(client);
      }
    } finally {
      System.clearProperty("tech.kwik.core.loom.maxHandshakes");
    }
  }

  private static void assertFails(Loopback loopback) {
    assertThatThrownBy(
            () -> loopback.client().connectTimeout(Duration.ofSeconds(1)).build().connect())
        .isInstanceOf(IOException.class);
  }
}
