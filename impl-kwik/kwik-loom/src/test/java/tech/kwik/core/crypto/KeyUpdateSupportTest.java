package tech.kwik.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.impl.DecryptionException;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.log.NullLogger;

/** RFC 9001 §6 between two ends, packet by packet. */
class KeyUpdateSupportTest {

  private static final byte[] HEADER = {0x40, 1};
  private static final byte[] TEXT = "hello".getBytes();

  /** The keys of one end: those it protects with, and those it opens with. */
  private static final class End {
    final KeyUpdateSupport protecting;
    final KeyUpdateSupport opening;
    long nextNumber;

    End(Role role) {
      protecting = keys(role);
      opening = keys(role.other());
      protecting.setPeerAead(opening);
      opening.setPeerAead(protecting);
    }

    private static KeyUpdateSupport keys(Role role) {
      byte[] secret = new byte[32];
      Arrays.fill(secret, (byte) role.ordinal());
      return new KeyUpdateSupport(
          aes(role, secret, null), role, KeyUpdateSupportTest.End::aes, new NullLogger());
    }

    private static Aead aes(Role role, byte[] secret, byte[] hp) {
      return new Aes128Gcm(Version.QUIC_version_1, role, false, secret, hp, new NullLogger());
    }

    Packet send() {
      KeyUpdateSupport.Phase phase = protecting.sending();
      byte[] packet = new byte[HEADER.length + TEXT.length + Sealing.TAG_BYTES];
      System.arraycopy(HEADER, 0, packet, 0, HEADER.length);
      System.arraycopy(TEXT, 0, packet, HEADER.length, TEXT.length);
      long number = nextNumber++;
      Sealing.seal(phase.keys(), packet, 0, HEADER.length, TEXT.length, number);
      return new Packet(phase.bit(), number, packet);
    }

    void receive(Packet packet) throws DecryptionException, TransportError {
      KeyUpdateSupport.Phase phase = opening.receiving(packet.bit, packet.number);
      byte[] bytes = packet.bytes;
      assertThat(Sealing.open(phase.keys(), bytes, 0, HEADER.length, bytes.length, packet.number))
          .isEqualTo(TEXT);
      opening.received(phase, packet.number);
    }
  }

  private record Packet(int bit, long number, byte[] bytes) {}

  private final End client = new End(Role.Client);
  private final End server = new End(Role.Server);

  private void exchange() throws Exception {
    server.receive(client.send());
    client.receive(server.send());
  }

  @Test
  void eitherSideUpdatesAndTheOtherFollows() throws Exception {
    exchange();
    for (int i = 1; i <= 4; i++) {
      (i % 2 == 0 ? server : client).protecting.computeKeyUpdate(true);
      exchange();
      exchange();
      assertThat(client.protecting.getKeyPhase()).isEqualTo((short) (i % 2));
      assertThat(server.protecting.getKeyUpdateCounter()).isEqualTo(i);
      assertThat(client.opening.getKeyUpdateCounter()).isEqualTo(i);
    }
  }

  @Test
  void packetsOvertakenByAnUpdateStillOpen() throws Exception {
    exchange();
    Packet late = client.send();
    client.protecting.computeKeyUpdate(true);
    server.receive(client.send());
    server.receive(late);
    client.receive(server.send());
    exchange();
  }

  @Test
  void aForgedPhaseChangesNothing() throws Exception {
    exchange();
    for (int i = 0; i < 3; i++) {
      Packet forged = new Packet(1, 5 + i, new byte[HEADER.length + TEXT.length + 16]);
      assertThatThrownBy(() -> server.receive(forged)).isInstanceOf(DecryptionException.class);
    }
    exchange();
    assertThat(server.opening.getKeyUpdateCounter()).isZero();
  }

  // RFC 9001 §6.1

  @Test
  void noSecondUpdateBeforeThePeerHasAnswered() throws Exception {
    exchange();
    client.protecting.computeKeyUpdate(true);
    client.send();
    client.protecting.computeKeyUpdate(true);
    client.send();
    assertThat(client.protecting.getKeyUpdateCounter()).isEqualTo(1);
  }

  // RFC 9001 §6.2

  @Test
  void aSecondUpdateThatNothingHasAnsweredIsAKeyUpdateError() throws Exception {
    exchange();
    End rogue = new End(Role.Client);
    rogue.nextNumber = 10;
    rogue.protecting.computeKeyUpdate(true);
    server.receive(rogue.send());
    // The rogue's own opening side is made to believe that there was an answer.
    End answer = new End(Role.Server);
    answer.protecting.computeKeyUpdate(true);
    rogue.receive(answer.send());
    rogue.protecting.computeKeyUpdate(true);
    assertThatThrownBy(() -> server.receive(rogue.send()))
        .isInstanceOfSatisfying(
            TransportError.class,
            e ->
                assertThat(e.getTransportErrorCode())
                    .isEqualTo(TransportErrorCode.KEY_UPDATE_ERROR));
  }

  // RFC 9001 §6.6

  @Test
  void keysAreUpdatedBeforeTheyHaveProtectedTooManyPackets() throws Exception {
    System.setProperty("tech.kwik.core.loom.packetsPerKey", "100");
    try {
      End busy = new End(Role.Client);
      for (int i = 0; i < 1_000; i++) {
        server.receive(busy.send());
        busy.receive(server.send());
      }
      assertThat(busy.protecting.getKeyUpdateCounter()).isBetween(9, 10);
      // Nobody answers any more: no further update, however many packets.
      for (int i = 0; i < 500; i++) {
        busy.send();
      }
      assertThat(busy.protecting.getKeyUpdateCounter()).isBetween(10, 11);
    } finally {
      System.clearProperty("tech.kwik.core.loom.packetsPerKey");
    }
  }
}
