package tech.kwik.core.server.impl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.loom.Loopback;
import dev.heddle.loom.LossyUdpProxy;
import dev.heddle.loom.RawFrame;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.frame.QuicFrame;

/** What strangers send first, and what a server makes of it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FirstPacketTest extends FirstPackets {

  @Test
  void whatIsNoPacketLeavesNoTrace() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo);
        Stranger stranger = new Stranger(server)) {
      for (int i = 0; i < 500; i++) {
        new SecureRandom().nextBytes(stranger.id);
        byte[] broken = stranger.packet(SIZE, new PingFrame());
        broken[broken.length - 1] ^= 1;
        stranger.send(broken);
        stranger.send(stranger.packet(SIZE - 1, new PingFrame())); // RFC 9000 §14.1: too small
      }
      awaitKnown(server, 0);
      assertServes(server);
    }
  }

  @Test
  void anIdThatIsTooShortToBeMadeUpIsIgnored() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo);
        Stranger stranger = new Stranger(server)) {
      // A packet for an id of 7 bytes: its header says so, everything behind it is random.
      byte[] packet = new byte[SIZE];
      new SecureRandom().nextBytes(packet);
      byte[] header = {(byte) 0xc3, 0, 0, 0, 1, 7};
      System.arraycopy(header, 0, packet, 0, header.length);
      packet[13] = 4;
      stranger.send(packet);
      assertServes(server); // which takes packets in the order of their arrival
      awaitKnown(server, 0);
    }
  }

  @Test
  void beyondTheLimitTheOldestHalfHelloIsForgottenAndClientsStillConnect() throws Exception {
    System.setProperty("tech.kwik.core.loom.maxHandshakes", "5");
    try (Loopback server = Loopback.serving(FirstPackets::echo)) {
      byte[] hello = hello(server);
      List<Stranger> strangers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Stranger stranger = new Stranger(server);
        strangers.add(stranger);
        stranger.send(part(hello, 0, 100));
      }
      awaitKnown(server, 5);
      assertServes(server);
      // The last ones are those that it still knows.
      Stranger last = strangers.getLast();
      last.send(part(hello, 100, hello.length));
      assertThat(last.isGreeted()).isTrue();
      long start = System.nanoTime();
      server.close();
      assertThat(System.nanoTime() - start)
          .as("closing waits for no half hello")
          .isLessThan(PATIENCE_NANOS);
      strangers.forEach(Stranger::close);
    } finally {
      System.clearProperty("tech.kwik.core.loom.maxHandshakes");
    }
  }

  @Test
  void aYoungHandshakeIsNotGivenUpForOthers() throws Exception {
    System.setProperty("tech.kwik.core.loom.maxHandshakes", "5");
    Duration slow = Duration.ofMillis(150);
    try (Loopback server =
        Loopback.serving(
            Loopback.Sizes.NORMAL,
            new LossyUdpProxy.Faults(0, 0, 0, slow, Duration.ZERO),
            FirstPackets::echo)) {
      byte[] hello = hello(server);
      List<Stranger> strangers = new ArrayList<>();
      CompletableFuture<QuicClientConnection> connecting = new CompletableFuture<>();
      Thread.startVirtualThread(() -> {
        try {
          connecting.complete(server.connect());
        } catch (Exception e) {
          connecting.completeExceptionally(e);
        }
      });
      for (int i = 0; i < 20; i++) {
        Stranger stranger = new Stranger(server);
        strangers.add(stranger);
        stranger.send(part(hello, 0, hello.length));
      }
      QuicStream stream = connecting.get(20, TimeUnit.SECONDS).createStream(true);
      stream.getOutputStream().write(7);
      stream.getOutputStream().close();
      assertThat(stream.getInputStream().readAllBytes()).containsExactly(7);
      strangers.forEach(Stranger::close);
    } finally {
      System.clearProperty("tech.kwik.core.loom.maxHandshakes");
    }
  }

  @Test
  void aHelloMayComeInPiecesOfAnySizeAndOrder() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo)) {
      byte[] hello = hello(server);
      try (Stranger backwards = new Stranger(server)) {
        backwards.send(new PingFrame(), part(hello, 150, hello.length));
        backwards.send(part(hello, 10, 160), new PingFrame());
        backwards.send(part(hello, 0, 20));
        assertThat(backwards.isGreeted()).isTrue();
      }
      try (Stranger together = new Stranger(server)) {
        byte[] first = together.packet(0, part(hello, 0, 50));
        byte[] second = together.packet(SIZE - first.length, part(hello, 50, hello.length));
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        together.send(both);
        assertThat(together.isGreeted()).isTrue();
      }
    }
  }

  @Test
  void aViolationIsNamed() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo)) {
      byte[] hello = hello(server);
      byte[] asServer = hello.clone();
      asServer[0] = 2;
      byte[] garbled = hello.clone();
      Arrays.fill(garbled, 38, garbled.length, (byte) 0xff);
      assertAnswer(server, 0x10a, new CryptoFrame(V1, 0, asServer)); // unexpected_message
      assertAnswer(server, 0x12f, new CryptoFrame(V1, 0, garbled)); // illegal_parameter
      // RFC 9000 §12.4: STREAM frames are not for Initial packets.
      assertAnswer(server, 0x0a, part(hello, 0, 50), RawFrame.of("0a 00 01 41"));
      assertAnswer(server, 0x07, RawFrame.of("3f"));
      assertAnswer(server, 0x0d, new CryptoFrame(V1, 20_000, new byte[10]));
      awaitKnown(server, 0);
      assertServes(server);
    }
  }

  private void assertAnswer(Loopback server, int code, QuicFrame... frames) throws Exception {
    try (Stranger stranger = new Stranger(server)) {
      stranger.send(frames);
      assertThat(stranger.closeCode()).isEqualTo(code);
    }
  }

  @Test
  void whoTakesItsHalfHelloBackIsForgotten() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo);
        Stranger stranger = new Stranger(server)) {
      byte[] hello = hello(server);
      stranger.send(part(hello, 0, 100));
      awaitKnown(server, 1);
      stranger.send(new ConnectionCloseFrame(V1, 0, ""));
      awaitKnown(server, 0);
    }
  }

  // RFC 9000 §10.2.3: before the handshake is confirmed the peer may be unable to read 1-RTT
  // packets
  @Test
  void aCloseIsHeardByAServerThatStillWaitsForTheEndOfTheHandshake() throws Exception {
    try (Loopback server =
        Loopback.serving(Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.NONE, FirstPackets::echo)) {
      server.proxy().clientsMaySend(1);
      QuicClientConnection client = server.client().build();
      client.connect();
      // By then the probe time-out is so long that the client will not repeat itself just now.
      awaitDrops(server, 8);
      server.proxy().clientsMaySend(Integer.MAX_VALUE);
      client.close();
      awaitKnown(server, 0);
    }
  }
}
