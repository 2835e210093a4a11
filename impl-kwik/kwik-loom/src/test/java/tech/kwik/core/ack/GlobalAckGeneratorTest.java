package tech.kwik.core.ack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.Version;
import tech.kwik.core.packet.HandshakePacket;
import tech.kwik.core.packet.InitialPacket;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.packet.RetryPacket;
import tech.kwik.core.packet.ShortHeaderPacket;
import tech.kwik.core.packet.VersionNegotiationPacket;

/** RFC 9000 section 12.3: each packet number space is acknowledged by itself. */
class GlobalAckGeneratorTest {

  private static final Version VERSION = Version.getDefault();
  private static final byte[] ID = new byte[8];

  private final GlobalAckGenerator acks = new GlobalAckGenerator();

  private void received(QuicPacket packet, long number) {
    packet.setPacketNumber(number);
    acks.packetReceived(packet);
  }

  private static QuicFrame ping() {
    return new PingFrame();
  }

  @Test
  void eachSpaceHasItsOwn() {
    received(new InitialPacket(VERSION, ID, ID, null, ping()), 3);
    received(new HandshakePacket(VERSION, ID, ID, ping()), 5);
    received(new ShortHeaderPacket(VERSION, ID, ping()), 7);
    assertThat(acks.of(PnSpace.Initial).take(0).getLargestAcknowledged()).isEqualTo(3);
    assertThat(acks.of(PnSpace.Handshake).take(0).getLargestAcknowledged()).isEqualTo(5);
    assertThat(acks.of(PnSpace.App).take(0).getLargestAcknowledged()).isEqualTo(7);
  }

  @Test
  void aDiscardedSpaceLeavesTheOthers() {
    received(new InitialPacket(VERSION, ID, ID, null, ping()), 3);
    received(new HandshakePacket(VERSION, ID, ID, ping()), 5);
    acks.discard(PnSpace.Initial);
    assertThat(acks.of(PnSpace.Initial).take(0)).isNull();
    assertThat(acks.of(PnSpace.Handshake).hasNew()).isTrue();
  }

  // RFC 9000 §13.2.1: a packet with nothing but ACK frames is not acknowledged by itself
  @Test
  void packetsWithAcknowledgementsAloneAskForNothing() {
    received(new ShortHeaderPacket(VERSION, ID, new AckFrame(1)), 0);
    assertThat(acks.of(PnSpace.App).hasNew()).isFalse();
    assertThat(acks.of(PnSpace.App).take(0).getLargestAcknowledged()).isZero();
  }

  @Test
  void packetsWithoutANumberAreNotAcknowledged() {
    acks.packetReceived(new RetryPacket(VERSION));
    acks.packetReceived(new VersionNegotiationPacket());
    for (PnSpace space : PnSpace.values()) {
      assertThat(acks.of(space).take(0)).isNull();
    }
  }
}
