package tech.kwik.core.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tech.kwik.core.crypto.Aes128Gcm;
import tech.kwik.core.impl.DecryptionException;
import tech.kwik.core.impl.InvalidPacketException;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.Version;
import tech.kwik.core.log.NullLogger;

/** Long headers that anyone can send are dropped, with the one exception that says so. */
class HeaderCheckTest {

  private static final Version V1 = Version.QUIC_version_1;
  private static final String IDS = "08 0102030405060708 04 01020304";
  private static final String TWENTY = "00".repeat(20);
  private static final Map<String, QuicPacket> WHOLE =
      Map.of(
          "c0 00000001 " + IDS + " 02 0102 14 " + TWENTY, new InitialPacket(V1),
          "c0 00000001 " + IDS + " 00 4014 " + TWENTY, new InitialPacket(V1),
          "d0 00000001 " + IDS + " 14 " + TWENTY, new ZeroRttPacket(V1),
          "e0 00000001 " + IDS + " 14 " + TWENTY, new HandshakePacket(V1),
          "f0 00000001 " + IDS + " " + TWENTY.substring(0, 34), new RetryPacket(V1),
          "80 00000000 " + IDS + " 00000002", new VersionNegotiationPacket(V1));

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void aWholeHeaderPassesAndOneCutAnywhereIsInvalid() throws Exception {
    for (Map.Entry<String, QuicPacket> entry : WHOLE.entrySet()) {
      byte[] packet = bytes(entry.getKey());
      ByteBuffer buffer = ByteBuffer.wrap(packet);
      HeaderCheck.check(entry.getValue(), buffer);
      assertThat(buffer.position()).isZero();
      for (int length = 0; length < packet.length; length++) {
        byte[] cut = Arrays.copyOf(packet, length);
        assertThatThrownBy(() -> HeaderCheck.check(entry.getValue(), ByteBuffer.wrap(cut)))
            .as("%s cut to %d", entry.getKey(), length)
            .isInstanceOf(InvalidPacketException.class);
      }
    }
  }

  @Test
  void connectionIdsOfMoreThanTwentyBytesAreInvalid() {
    byte[] packet = bytes("c0 00000001 15 " + "00".repeat(60));
    assertThatThrownBy(() -> HeaderCheck.check(new InitialPacket(V1), ByteBuffer.wrap(packet)))
        .isInstanceOf(InvalidPacketException.class);
  }

  @Test
  void randomBytesBehindAHeaderEndInTheExceptionsForThat() {
    Random random = new Random(7);
    var aead = new Aes128Gcm(V1, Role.Server, true, new byte[32], null, new NullLogger());
    for (int i = 0; i < 20_000; i++) {
      QuicPacket packet =
          switch (i % 4) {
            case 0 -> new InitialPacket(V1);
            case 1 -> new HandshakePacket(V1);
            case 2 -> new RetryPacket(V1);
            default -> new VersionNegotiationPacket(V1);
          };
      byte[] bytes = new byte[1 + random.nextInt(120)];
      random.nextBytes(bytes);
      byte[] start =
          bytes(packet instanceof VersionNegotiationPacket ? "80 00000000" : "c0 00000001");
      System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
      bytes[0] |=
          (byte)
              (packet instanceof HandshakePacket ? 0x20 : packet instanceof RetryPacket ? 0x30 : 0);
      if (bytes.length > 5) {
        bytes[5] = (byte) random.nextInt(24);
      }
      try {
        packet.parse(ByteBuffer.wrap(bytes), aead, 0, new NullLogger(), 8);
      } catch (Exception e) {
        assertThat(e).isInstanceOfAny(InvalidPacketException.class, DecryptionException.class);
      }
    }
  }
}
