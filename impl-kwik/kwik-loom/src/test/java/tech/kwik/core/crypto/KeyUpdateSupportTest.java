package tech.kwik.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
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
      short phase = protecting.getKeyPhase();
      long number = nextNumber++;
      byte[] nonce = nonce(protecting.getIv(), number);
      return new Packet(phase, number, protecting.aeadEncrypt(HEADER, TEXT, nonce));
    }

    void receive(Packet packet) throws DecryptionException {
      opening.checkKeyPhase(packet.phase);
      byte[] nonce = nonce(opening.getIv(), packet.number);
      assertThat(opening.aeadDecrypt(HEADER, packet.bytes, nonce)).isEqualTo(TEXT);
    }

    private static byte[] nonce(byte[] iv, long number) {
      byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(number).array();
      for (int i = 0; i < nonce.length; i++) {
        nonce[i] ^= iv[i];
      }
      return nonce;
    }
  }

  private record Packet(short phase, long number, byte[] bytes) {}

  private final End client = new End(Role.Client);
  private final End server = new End(Role.Server);

  private void exchange() throws DecryptionException {
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
      Packet forged = new Packet((short) 1, 5 + i, new byte[TEXT.length + 16]);
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
