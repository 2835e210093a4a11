package dev.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.bench.relay.Relay;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RelayTest {
  private static final int PACKETS = 200;
  private static final int SMALL_BYTES = 100;

  @Test
  void packetsComeInOrderAndNotBeforeTheirTime() throws Exception {
    try (DatagramSocket server = socket();
        DatagramSocket client = socket();
        Relay relay = new Relay(server.getLocalPort(), Duration.ofMillis(100), 0, 1)) {
      long start = System.nanoTime();
      sendAll(client, relay);
      assertThat(receiveAll(server)).isEqualTo(IntStream.range(0, PACKETS).boxed().toList());
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
    }
  }

  @Test
  void answersFindTheirWayBack() throws Exception {
    try (DatagramSocket server = socket();
        DatagramSocket client = socket();
        Relay relay = new Relay(server.getLocalPort(), Duration.ofMillis(2), 0, 1)) {
      send(client, relay.port(), 7, SMALL_BYTES);
      DatagramPacket request = receive(server);
      server.send(new DatagramPacket(new byte[] {0, 0, 0, 8}, 4, request.getSocketAddress()));
      assertThat(ByteBuffer.wrap(receive(client).getData()).getInt()).isEqualTo(8);
    }
  }

  @Test
  void theSamePacketsAreLostEachTime() throws Exception {
    List<List<Integer>> arrived = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (DatagramSocket server = socket();
          DatagramSocket client = socket();
          Relay relay = new Relay(server.getLocalPort(), Duration.ofMillis(2), 0.2, 5)) {
        sendAll(client, relay);
        arrived.add(receiveAll(server));
      }
    }
    assertThat(arrived.get(0)).hasSizeBetween(PACKETS / 2, PACKETS - 1).isEqualTo(arrived.get(1));
  }

  @Test
  void whatIsLargerThanAllPeersSendDoesNotPass() throws Exception {
    try (DatagramSocket server = socket();
        DatagramSocket client = socket();
        Relay relay = new Relay(server.getLocalPort(), Duration.ofMillis(2), 0, 1)) {
      send(client, relay.port(), 1, 1_453);
      send(client, relay.port(), 2, 1_452);
      assertThat(ByteBuffer.wrap(receive(server).getData()).getInt()).isEqualTo(2);
      assertThat(relay.report()).contains("1 too large");
    }
  }

  private static DatagramSocket socket() throws Exception {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void sendAll(DatagramSocket client, Relay relay) throws Exception {
    for (int i = 0; i < PACKETS; i++) {
      send(client, relay.port(), i, SMALL_BYTES);
    }
  }

  private static void send(DatagramSocket from, int port, int number, int bytes) throws Exception {
    byte[] packet = ByteBuffer.allocate(bytes).putInt(number).array();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    from.send(new DatagramPacket(packet, packet.length, loopback, port));
  }

  private static DatagramPacket receive(DatagramSocket on) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
    on.receive(packet);
    return packet;
  }

  /** What comes until nothing more does for a while. */
  private static List<Integer> receiveAll(DatagramSocket server) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    try {
      while (numbers.size() < PACKETS) {
        numbers.add(ByteBuffer.wrap(receive(server).getData()).getInt());
        server.setSoTimeout(1_000);
      }
    } catch (SocketTimeoutException e) {
      // The rest is lost.
    }
    return numbers;
  }
}
