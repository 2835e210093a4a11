package dev.heddle.bench.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;

/** Stands between one client and one server on loopback. */
public final class Relay implements AutoCloseable {
  private static final int SOCKET_BUFFER_BYTES = 8 << 20;

  private final DatagramChannel front;
  private final DatagramChannel back;
  private final SocketAddress server;
  private final Direction up;
  private final Direction down;
  private volatile SocketAddress client;

  /**
   * Starts.
   *
   * @param serverPort where the server is
   * @param roundTrip half of it is waited each way
   * @param loss the share of packets that is lost each way
   * @param seed which ones
   */
  public Relay(int serverPort, Duration roundTrip, double loss, long seed) throws IOException {
    front = open();
    back = open();
    server = new InetSocketAddress("127.0.0.1", serverPort);
    long delay = roundTrip.toNanos() / 2;
    up = new Direction("relay up", this::fromClient, this::toServer, delay, loss, 2 * seed);
    down = new Direction("relay down", this::fromServer, this::toClient, delay, loss, 2 * seed + 1);
    up.start();
    down.start();
  }

  private static DatagramChannel open() throws IOException {
    return DatagramChannel.open()
        .setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES)
        .setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES)
        .bind(new InetSocketAddress("127.0.0.1", 0));
  }

  // The socket is not connected, so that a server that is gone is no error here.
  private void toServer(ByteBuffer packet) throws IOException {
    back.send(packet, server);
  }

  private void fromClient(ByteBuffer into) throws IOException {
    SocketAddress from = front.receive(into);
    if (!from.equals(client)) {
      client = from;
    }
  }

  private void fromServer(ByteBuffer into) throws IOException {
    back.receive(into);
  }

  private void toClient(ByteBuffer packet) throws IOException {
    front.send(packet, client);
  }

  /** Where clients connect to. */
  public int port() throws IOException {
    return ((InetSocketAddress) front.getLocalAddress()).getPort();
  }

  /** What happened so far, in one line. */
  public String report() {
    return "up " + line(up.passed()) + "; down " + line(down.passed());
  }

  private static String line(Direction.Passed way) {
    return String.format(
        "%,d packets of %,d bytes (largest %d), %d lost, %d too large, %d overflowed, <= %,d us"
            + " late",
        way.packets(),
        way.bytes() / Math.max(1, way.packets()),
        way.largest(),
        way.lost(),
        way.tooLarge(),
        way.overflowed(),
        way.latestNanos() / 1_000);
  }

  /** The local ports of both sockets, and the client's. */
  public int[] ports() throws IOException {
    InetSocketAddress to = (InetSocketAddress) client;
    int backPort = ((InetSocketAddress) back.getLocalAddress()).getPort();
    return new int[] {port(), backPort, to == null ? 0 : to.getPort()};
  }

  @Override
  public void close() throws IOException {
    front.close();
    back.close();
    try {
      up.stop();
      down.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
