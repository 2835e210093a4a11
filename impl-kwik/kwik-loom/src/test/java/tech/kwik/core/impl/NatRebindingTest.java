package tech.kwik.core.impl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.loom.Loopback;
import dev.heddle.loom.LossyUdpProxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicStream;
import tech.kwik.core.loom.LoomConnection;

/** RFC 9000 §9: a client whose address changes on the way. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NatRebindingTest {

  private static final LossyUdpProxy.Faults NONE = LossyUdpProxy.Faults.NONE;

  private static void echo(QuicStream stream) throws Exception {
    byte[] buffer = new byte[4_096];
    int count = stream.getInputStream().read(buffer);
    while (count >= 0) {
      stream.getOutputStream().write(buffer, 0, count);
      count = stream.getInputStream().read(buffer);
    }
    stream.getOutputStream().close();
  }

  private static void assertEchoed(QuicStream stream, int value) throws Exception {
    stream.getOutputStream().write(value);
    assertThat(stream.getInputStream().read()).isEqualTo(value);
  }

  @Test
  void aConnectionGoesOnFromAnotherPortAndAnother() throws Exception {
    try (Loopback loopback =
        Loopback.serving(Loopback.Sizes.NORMAL, NONE, NatRebindingTest::echo)) {
      QuicStream stream = loopback.connect().createStream(true);
      assertEchoed(stream, 1);
      var server = (QuicConnectionImpl) loopback.accepted();
      InetSocketAddress before = server.getSender().peer();
      for (int i = 2; i < 12; i++) {
        loopback.proxy().rebind();
        assertEchoed(stream, i);
      }
      assertThat(server.getSender().peer()).isNotEqualTo(before);
    }
  }

  // RFC 9000 §9.4: on another path nothing that was learnt about the one before counts
  @Test
  void aConnectionStartsAnewFromAnotherAddress() throws Exception {
    InetAddress other = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(other, 0))) {
      assertThat(probe.isBound()).isTrue();
    } catch (SocketException e) {
      assumeTrue(false, "this system has no 127.0.0.2");
    }
    try (Loopback loopback =
        Loopback.serving(Loopback.Sizes.NORMAL, NONE, NatRebindingTest::echo)) {
      QuicStream stream = loopback.connect().createStream(true);
      assertEchoed(stream, 1);
      var server = (QuicConnectionImpl) loopback.accepted();
      await(() -> server.getSender().maxFrameBytes() > 8_000);
      loopback.proxy().largest(1_300);
      loopback.proxy().rebind(other);
      for (int i = 2; i < 200; i++) {
        assertEchoed(stream, i);
      }
      assertThat(server.getSender().peer().getAddress()).isEqualTo(other);
      await(() -> server.getSender().maxFrameBytes() < 1_300);
    }
  }

  // RFC 9000 §18.2: disable_active_migration would keep clients from moving
  @Test
  void clientsMayMove() throws Exception {
    try (Loopback loopback = Loopback.serving(NatRebindingTest::echo)) {
      var client = (QuicClientConnectionImpl) loopback.connect();
      assertThat(client.getPeerTransportParameters().getDisableMigration()).isFalse();
    }
  }

  @Test
  void anUploadSurvivesManyChangesUnderway() throws Exception {
    try (Loopback loopback =
        Loopback.serving(Loopback.Sizes.NORMAL, NONE, NatRebindingTest::echo)) {
      QuicStream stream = loopback.connect().createStream(true);
      int size = 4_000_000;
      CompletableFuture<Long> back = new CompletableFuture<>();
      Thread.startVirtualThread(() -> {
        try {
          long count = 0;
          byte[] buffer = new byte[16_384];
          for (int n = 0; n >= 0; n = stream.getInputStream().read(buffer)) {
            count += n;
          }
          back.complete(count);
        } catch (Exception e) {
          back.completeExceptionally(e);
        }
      });
      for (int i = 0; i < 8; i++) {
        stream.getOutputStream().write(new byte[size / 8]);
        loopback.proxy().rebind();
      }
      stream.getOutputStream().close();
      assertThat(back.get(40, TimeUnit.SECONDS)).isEqualTo(size);
    }
  }

  @Test
  void aConfirmedAddressGetsMoreThanThreeTimesWhatItSent() throws Exception {
    int size = 1_000_000;
    Loopback.StreamHandler downloads =
        stream -> {
          while (stream.getInputStream().read() >= 0) {
            stream.getOutputStream().write(new byte[size]);
          }
        };
    try (Loopback loopback = Loopback.serving(Loopback.Sizes.NORMAL, NONE, downloads)) {
      QuicStream stream = loopback.connect().createStream(true);
      for (int i = 0; i < 3; i++) {
        stream.getOutputStream().write(i);
        assertThat(stream.getInputStream().readNBytes(size)).hasSize(size);
        loopback.proxy().rebind();
      }
    }
  }

  @Test
  void anAddressThatDoesNotAnswerIsLeftAgain() throws Exception {
    try (Loopback loopback =
        Loopback.serving(Loopback.Sizes.NORMAL, NONE, NatRebindingTest::echo)) {
      QuicStream stream = loopback.connect().createStream(true);
      assertEchoed(stream, 1);
      var server = (QuicConnectionImpl) loopback.accepted();
      InetSocketAddress before = server.getSender().peer();
      loopback.proxy().rebind();
      loopback.proxy().dropAnswers(true);
      stream.getOutputStream().write(2);
      await(() -> !server.getSender().peer().equals(before));
      await(() -> server.getSender().peer().equals(before));
      loopback.proxy().dropAnswers(false);
      assertThat(stream.getInputStream().read()).isEqualTo(2);
      assertEchoed(stream, 3);
      assertThat(server.getSender().peer()).isNotEqualTo(before);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.yield();
    }
  }

  @Test
  void aConnectionGoesOnFromOtherPortsUnderLoss() throws Exception {
    LossyUdpProxy.Faults faults = LossyUdpProxy.Faults.all(0.05);
    try (Loopback loopback =
        Loopback.serving(Loopback.Sizes.NORMAL, faults, NatRebindingTest::echo)) {
      QuicStream stream = loopback.connect().createStream(true);
      for (int i = 0; i < 30; i++) {
        assertEchoed(stream, i);
        loopback.proxy().rebind();
      }
    }
  }

  @Test
  void packetsThatAreNotTheClientsMoveNothing() throws Exception {
    try (Loopback loopback = Loopback.serving(NatRebindingTest::echo);
        DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      QuicStream stream = loopback.connect().createStream(true);
      assertEchoed(stream, 1);
      var server = (QuicConnectionImpl) loopback.accepted();
      InetSocketAddress client = server.getSender().peer();
      byte[] forged = new byte[100];
      forged[0] = 0x40;
      byte[] id = server.getSourceConnectionId();
      System.arraycopy(id, 0, forged, 1, id.length);
      for (int i = 0; i < 100; i++) {
        forged[50] = (byte) i;
        other.send(new DatagramPacket(forged, forged.length, loopback.address()));
      }
      assertEchoed(stream, 2);
      assertThat(server.getSender().peer()).isEqualTo(client);
      assertThat(LoomConnection.from(server).end()).isEmpty();
    }
  }
}
