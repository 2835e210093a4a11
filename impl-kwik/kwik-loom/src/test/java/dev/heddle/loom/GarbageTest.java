package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.server.impl.ServerConnectorImpl;

/** Datagrams that nobody can have meant, at a server that has other things to do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GarbageTest {

  private static final int MAX_SIZE = 1_500;
  private static final int MUTATIONS = 3_000;

  private final Random random = new Random(4711);

  private int closeTimeoutSeconds;

  /** The server's close waits for handshakes that nobody will finish. */
  @BeforeEach
  void closeSoon() {
    closeTimeoutSeconds = ServerConnectorImpl.DEFAULT_CLOSE_TIMEOUT_IN_SECONDS;
    ServerConnectorImpl.DEFAULT_CLOSE_TIMEOUT_IN_SECONDS = 1;
  }

  @AfterEach
  void closeAsUsual() {
    ServerConnectorImpl.DEFAULT_CLOSE_TIMEOUT_IN_SECONDS = closeTimeoutSeconds;
  }

  private static void echo(QuicStream stream) throws Exception {
    stream.getOutputStream().write(stream.getInputStream().readAllBytes());
    stream.getOutputStream().close();
  }

  private static void assertEchoes(QuicClientConnection client) throws Exception {
    QuicStream stream = client.createStream(true);
    stream.getOutputStream().write(new byte[] {1, 2, 3});
    stream.getOutputStream().close();
    assertThat(stream.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
  }

  /** Runs with System.err watched, as that is where a thread goes when it dies. */
  private static void assertSilent(Scenario scenario) throws Exception {
    PrintStream original = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      scenario.run();
    } finally {
      System.setErr(original);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private interface Scenario {
    void run() throws Exception;
  }

  private static void send(DatagramSocket socket, InetSocketAddress to, byte[] bytes)
      throws Exception {
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  @Test
  void datagramsOfEverySizeAndFirstByteChangeNothing() throws Exception {
    assertSilent(() -> {
      try (Loopback loopback = Loopback.serving(GarbageTest::echo);
          DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
        QuicClientConnection client = loopback.connect();
        for (int size = 1; size <= MAX_SIZE; size++) {
          byte[] bytes = new byte[size];
          random.nextBytes(bytes);
          bytes[0] = (byte) size;
          send(socket, loopback.address(), bytes);
          // Now one that starts like a packet of version 1.
          byte[] start = {(byte) (0xc0 | size & 0x3f), 0, 0, 0, 1, 8};
          System.arraycopy(start, 0, bytes, 0, Math.min(size, start.length));
          if (size > 14) {
            bytes[14] = 8;
          }
          send(socket, loopback.address(), bytes);
        }
        assertEchoes(client);
        assertEchoes(loopback.connect());
      }
    });
  }

  @Test
  void clientsPacketsWithAnyByteChangedEndNoOtherConnection() throws Exception {
    assertSilent(() -> {
      try (Loopback loopback = Loopback.serving(GarbageTest::echo);
          DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
        QuicClientConnection client = loopback.connect();
        byte[] first = loopback.firstFlight();
        for (int i = 0; i < MUTATIONS; i++) {
          send(socket, loopback.address(), mutated(first));
        }
        assertEchoes(client);
        assertEchoes(loopback.connect());
      }
    });
  }

  private byte[] mutated(byte[] packet) {
    byte[] copy = packet.clone();
    // Another connection id each time, where headers have it: else all go the same way.
    ByteBuffer.wrap(copy).putInt(6, random.nextInt());
    int where = random.nextInt(10) < 8 ? random.nextInt(40) : random.nextInt(copy.length);
    copy[where] = (byte) random.nextInt();
    return random.nextInt(5) == 0 ? Arrays.copyOf(copy, 1 + random.nextInt(copy.length)) : copy;
  }
}
