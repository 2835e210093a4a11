package tech.kwik.core.server.impl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.loom.Loopback;
import dev.heddle.loom.LossyUdpProxy;
import dev.heddle.loom.RawFrame;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.crypto.Aead;
import tech.kwik.core.crypto.ConnectionSecrets;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.packet.InitialPacket;

/** What strangers send first, and what a server makes of it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FirstPacketTest {

  private static final Version V1 = Version.QUIC_version_1;
  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int TRANSPORT_PARAMETERS = 57;
  private static final int SIZE = 1_200;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

  /** A client that makes its Initial packets itself. */
  private final class Stranger implements AutoCloseable {
    final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    final Loopback server;
    final byte[] id = new byte[8];
    int number;

    Stranger(Loopback server) throws Exception {
      this.server = server;
      new SecureRandom().nextBytes(id);
      socket.setSoTimeout(8_000);
    }

    Aead keys(Role role, boolean own) throws Exception {
      var secrets = new ConnectionSecrets(VersionHolder.with(V1), role, null, new NullLogger());
      secrets.computeInitialKeys(id);
      return own
          ? secrets.getOwnAead(EncryptionLevel.Initial)
          : secrets.getPeerAead(EncryptionLevel.Initial);
    }

    /** A packet of exactly this size, or one as small as it can be. */
    byte[] packet(int size, QuicFrame... frames) throws Exception {
      int padding = 100;
      byte[] bytes = padded(padding, frames);
      if (size > 0) {
        bytes = padded(padding + size - bytes.length, frames);
        assertThat(bytes).hasSize(size);
      }
      number++;
      return bytes;
    }

    private byte[] padded(int padding, QuicFrame... frames) throws Exception {
      List<QuicFrame> all = new ArrayList<>(List.of(frames));
      all.add(new Padding(padding));
      var packet = new InitialPacket(V1, clientId, id, null, all);
      packet.setPacketNumber(number);
      return packet.generatePacketBytes(keys(Role.Client, true));
    }

    void send(byte[] bytes) throws Exception {
      socket.send(new DatagramPacket(bytes, bytes.length, server.address()));
    }

    void send(QuicFrame... frames) throws Exception {
      send(packet(SIZE, frames));
    }

    InitialPacket answer() throws Exception {
      DatagramPacket datagram = new DatagramPacket(new byte[2_000], 2_000);
      socket.receive(datagram);
      var packet = new InitialPacket(V1);
      packet.parse(
          ByteBuffer.wrap(datagram.getData(), 0, datagram.getLength()),
          keys(Role.Client, false),
          0,
          new NullLogger(),
          0);
      return packet;
    }

    /** Of the first packet that has one; others may come before. */
    long closeCodeAfterAll() throws Exception {
      while (true) {
        for (QuicFrame frame : answer().getFrames()) {
          if (frame instanceof ConnectionCloseFrame close) {
            return close.getErrorCode();
          }
        }
      }
    }

    long closeCode() throws Exception {
      for (QuicFrame frame : answer().getFrames()) {
        if (frame instanceof ConnectionCloseFrame close) {
          assertThat(close.getFrameType()).isEqualTo(0x1c);
          return close.getErrorCode();
        }
      }
      throw new AssertionError("the answer is no CONNECTION_CLOSE");
    }

    boolean isGreeted() throws Exception {
      return answer().getFrames().stream().anyMatch(frame -> frame instanceof CryptoFrame);
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private static void echo(QuicStream stream) throws Exception {
    stream.getOutputStream().write(stream.getInputStream().readAllBytes());
    stream.getOutputStream().close();
  }

  private static void assertServes(Loopback server) throws Exception {
    QuicClientConnection client = server.connect();
    QuicStream stream = client.createStream(true);
    stream.getOutputStream().write(7);
    stream.getOutputStream().close();
    assertThat(stream.getInputStream().readAllBytes()).containsExactly(7);
    client.close();
  }

  private static long known(Loopback server) {
    return ((ServerConnectorImpl) server.connector())
        .connectionRegistry
        .getAllConnections()
        .count();
  }

  private static void awaitKnown(Loopback server, long count) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (known(server) != count && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    assertThat(known(server)).isEqualTo(count);
  }

  private static void awaitDrops(Loopback server, long count) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (server.proxy().dropped() < count && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    assertThat(server.proxy().dropped()).isGreaterThanOrEqualTo(count);
  }

  /** Whose ClientHello {@link #hello} has got: it names this id. */
  private byte[] clientId = {1, 2, 3, 4};

  /** The ClientHello of a client that nobody answers. */
  private byte[] hello(Loopback server) throws Exception {
    try (DatagramSocket tap = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Stranger parser = new Stranger(server)) {
      QuicClientConnection lost =
          server
              .client()
              .uri(URI.create("quic://127.0.0.1:" + tap.getLocalPort()))
              .connectTimeout(Duration.ofMillis(300))
              .build();
      Thread.startVirtualThread(() -> {
        try {
          lost.connect();
        } catch (Exception expected) {
          // Nobody answers.
        }
      });
      tap.setSoTimeout(10_000);
      DatagramPacket datagram = new DatagramPacket(new byte[2_000], 2_000);
      tap.receive(datagram);
      byte[] bytes = datagram.getData();
      assertThat(bytes[5]).as("length of the id").isEqualTo((byte) 8);
      System.arraycopy(bytes, 6, parser.id, 0, 8);
      var packet = new InitialPacket(V1);
      packet.parse(
          ByteBuffer.wrap(bytes, 0, datagram.getLength()),
          parser.keys(Role.Server, false),
          0,
          new NullLogger(),
          0);
      clientId = packet.getSourceConnectionId();
      for (QuicFrame frame : packet.getFrames()) {
        if (frame instanceof CryptoFrame crypto) {
          assertThat(crypto.getOffset()).isZero();
          return crypto.getStreamData();
        }
      }
      throw new AssertionError("no CRYPTO frame");
    }
  }

  private static CryptoFrame part(byte[] hello, int from, int to) {
    return new CryptoFrame(V1, from, Arrays.copyOfRange(hello, from, to));
  }

  @Test
  void whatIsNoPacketLeavesNoTrace() throws Exception {
    try (Loopback server = Loopback.serving(FirstPacketTest::echo);
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
    try (Loopback server = Loopback.serving(FirstPacketTest::echo);
        Stranger stranger = new Stranger(server)) {
      // A packet for an id of 7 bytes: its header says so, everything behind it is random.
      byte[] packet = new byte[SIZE];
      new SecureRandom().nextBytes(packet);
      byte[] header = {(byte) 0xc3, 0, 0, 0, 1, 7};
      System.arraycopy(header, 0, packet, 0, header.length);
      packet[13] = 4;
      stranger.send(packet);
      awaitKnown(server, 0);
      assertServes(server);
    }
  }

  @Test
  void beyondTheLimitTheOldestHalfHelloIsForgottenAndClientsStillConnect() throws Exception {
    System.setProperty("tech.kwik.core.loom.maxHandshakes", "5");
    try (Loopback server = Loopback.serving(FirstPacketTest::echo)) {
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
            FirstPacketTest::echo)) {
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
    try (Loopback server = Loopback.serving(FirstPacketTest::echo)) {
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
    try (Loopback server = Loopback.serving(FirstPacketTest::echo)) {
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

  // RFC 8446 §4.1.2, §4.2, RFC 9001 §4.2, §8.1, §8.4, RFC 9000 §7.4
  @Test
  void whatAClientHelloMustNotSayIsRefused() throws Exception {
    try (Loopback server = Loopback.serving(FirstPacketTest::echo)) {
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
    try (Loopback server = Loopback.serving(FirstPacketTest::echo);
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
    try (Loopback server = Loopback.serving(FirstPacketTest::echo);
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

  private void assertAnswer(Loopback server, int code, QuicFrame... frames) throws Exception {
    try (Stranger stranger = new Stranger(server)) {
      stranger.send(frames);
      assertThat(stranger.closeCode()).isEqualTo(code);
    }
  }

  @Test
  void whoTakesItsHalfHelloBackIsForgotten() throws Exception {
    try (Loopback server = Loopback.serving(FirstPacketTest::echo);
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
        Loopback.serving(Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.NONE, FirstPacketTest::echo)) {
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
