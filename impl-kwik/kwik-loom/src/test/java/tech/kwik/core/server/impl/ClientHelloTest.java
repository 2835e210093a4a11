package tech.kwik.core.server.impl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.loom.Loopback;
import java.net.DatagramPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client says first, and must not say. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClientHelloTest extends FirstPackets {

  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int TRANSPORT_PARAMETERS = 57;

  // RFC 8446 §4.1.2, §4.2, RFC 9001 §4.2, §8.1, §8.4, RFC 9000 §7.4
  @Test
  void whatAClientHelloMustNotSayIsRefused() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo)) {
      byte[] hello = hello(server);
      assertHello(server, 0x178, withExtension(hello, ALPN, null));
      assertHello(server, 0x146, withExtension(hello, SUPPORTED_VERSIONS, bytes("02 0303")));
      assertHello(server, 0x146, withExtension(hello, SUPPORTED_VERSIONS, null));
      assertHello(server, 0x16d, withExtension(hello, TRANSPORT_PARAMETERS, null));
      // ack_delay_exponent of 21, then an empty version_information
      assertHello(server, 0x08, withExtension(hello, TRANSPORT_PARAMETERS, bytes("0a 01 15")));
      assertHello(server, 0x08, withExtension(hello, TRANSPORT_PARAMETERS, bytes("11 00")));
      assertHello(server, 0x12f, withExtension(hello, ALPN, extension(hello, ALPN), true));
      byte[] session = new byte[hello.length + 1];
      System.arraycopy(hello, 0, session, 0, 39);
      session[38] = 1;
      System.arraycopy(hello, 39, session, 40, hello.length - 39);
      ByteBuffer.wrap(session).putInt(0, 1 << 24 | session.length - 4);
      assertHello(server, 0x0a, session);
      assertServes(server);
    }
  }

  // RFC 9368 §2.3: a server need not change to the version that a client likes best
  @Test
  void aClientThatPrefersAnotherVersionIsServedInItsOwn() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo);
        Stranger stranger = new Stranger(server)) {
      byte[] hello = hello(server);
      byte[] parameters = extension(hello, TRANSPORT_PARAMETERS);
      byte[] versions = bytes("11 0c 00000001 6b3343cf 00000001");
      byte[] both = Arrays.copyOf(parameters, parameters.length + versions.length);
      System.arraycopy(versions, 0, both, parameters.length, versions.length);
      byte[] preferring = withExtension(hello, TRANSPORT_PARAMETERS, both);
      stranger.send(part(preferring, 0, preferring.length));
      assertThat(stranger.isGreeted()).isTrue(); // in a packet of version 1
    }
  }

  // RFC 9000 §6.1
  @Test
  void versionNegotiationIsNotAnsweredWithVersionNegotiation() throws Exception {
    try (Loopback server = Loopback.serving(FirstPackets::echo);
        Stranger stranger = new Stranger(server)) {
      byte[] packet = new byte[SIZE];
      byte[] header = {(byte) 0xc0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 4, 1, 2, 3, 4};
      System.arraycopy(header, 0, packet, 0, header.length);
      stranger.send(packet);
      packet[4] = 0x1a; // a version that nobody knows, which is answered
      packet[6] = 9;
      stranger.send(packet);
      DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
      stranger.socket.receive(answer);
      // Its source connection id is the destination of what it answers.
      assertThat(answer.getData()[11]).isEqualTo((byte) 9);
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Where the extensions' length stands. */
  private static int extensionsAt(byte[] hello) {
    int at = 39 + hello[38];
    at += 2 + (hello[at] << 8 & 0xff00 | hello[at + 1] & 0xff);
    return at + 1 + hello[at];
  }

  private static byte[] extension(byte[] hello, int type) {
    ByteBuffer in = ByteBuffer.wrap(hello).position(extensionsAt(hello) + 2);
    while (in.hasRemaining()) {
      int found = in.getShort() & 0xffff;
      byte[] content = new byte[in.getShort() & 0xffff];
      in.get(content);
      if (found == type) {
        return content;
      }
    }
    throw new AssertionError("no extension " + type);
  }

  /** The ClientHello with this content of an extension, or without it if there is none. */
  private static byte[] withExtension(byte[] hello, int type, byte[] content) {
    return withExtension(hello, type, content, false);
  }

  private static byte[] withExtension(byte[] hello, int type, byte[] content, boolean twice) {
    int start = extensionsAt(hello);
    ByteBuffer in = ByteBuffer.wrap(hello).position(start + 2);
    ByteBuffer out = ByteBuffer.allocate(2_000);
    out.put(hello, 0, start + 2);
    while (in.hasRemaining()) {
      int found = in.getShort() & 0xffff;
      byte[] old = new byte[in.getShort() & 0xffff];
      in.get(old);
      byte[] now = found == type ? content : old;
      for (int i = 0; now != null && i < (twice && found == type ? 2 : 1); i++) {
        out.putShort((short) found).putShort((short) now.length).put(now);
      }
    }
    out.putShort(start, (short) (out.position() - start - 2));
    out.putInt(0, 1 << 24 | out.position() - 4);
    return Arrays.copyOf(out.array(), out.position());
  }

  private void assertHello(Loopback server, int code, byte[] hello) throws Exception {
    try (Stranger stranger = new Stranger(server)) {
      stranger.send(part(hello, 0, hello.length));
      long closed = stranger.closeCodeAfterAll();
      assertThat(closed).as("code of the CONNECTION_CLOSE").isEqualTo(code);
    }
  }
}
