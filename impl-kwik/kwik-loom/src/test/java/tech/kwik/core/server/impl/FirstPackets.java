package tech.kwik.core.server.impl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.loom.Loopback;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.crypto.Aead;
import tech.kwik.core.crypto.ConnectionSecrets;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.packet.InitialPacket;

/** Strangers, a server, and what it remembers of them. */
abstract class FirstPackets {

  static final Version V1 = Version.QUIC_version_1;
  static final int SIZE = 1_200;
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

  /** A client that makes its Initial packets itself. */
  final class Stranger implements AutoCloseable {
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

    byte[] padded(int padding, QuicFrame... frames) throws Exception {
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

  static void echo(QuicStream stream) throws Exception {
    stream.getOutputStream().write(stream.getInputStream().readAllBytes());
    stream.getOutputStream().close();
  }

  static void assertServes(Loopback server) throws Exception {
    QuicClientConnection client = server.connect();
    QuicStream stream = client.createStream(true);
    stream.getOutputStream().write(7);
    stream.getOutputStream().close();
    assertThat(stream.getInputStream().readAllBytes()).containsExactly(7);
    client.close();
  }

  static long known(Loopback server) {
    return ((ServerConnectorImpl) server.connector())
        .connectionRegistry
        .getAllConnections()
        .count();
  }

  static void awaitKnown(Loopback server, long count) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long known = known(server);
    while (known != count && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      known = known(server);
    }
    assertThat(known).isEqualTo(count);
  }

  static void awaitDrops(Loopback server, long count) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (server.proxy().dropped() < count && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    assertThat(server.proxy().dropped()).isGreaterThanOrEqualTo(count);
  }

  /** Whose ClientHello {@link #hello} has got: it names this id. */
  byte[] clientId = {1, 2, 3, 4};

  /** The ClientHello of a client that nobody answers. */
  byte[] hello(Loopback server) throws Exception {
    byte[] bytes = server.firstFlight();
    try (Stranger parser = new Stranger(server)) {
      assertThat(bytes[5]).as("length of the id").isEqualTo((byte) 8);
      System.arraycopy(bytes, 6, parser.id, 0, 8);
      var packet = new InitialPacket(V1);
      packet.parse(ByteBuffer.wrap(bytes), parser.keys(Role.Server, false), 0, new NullLogger(), 0);
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

  static CryptoFrame part(byte[] hello, int from, int to) {
    return new CryptoFrame(V1, from, Arrays.copyOfRange(hello, from, to));
  }
}
