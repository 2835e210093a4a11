package dev.heddle.loom;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A UDP proxy on loopback between one client and a server, with several paths to the server. What
 * the client sends takes the path that is in use; what the server sends reaches the client along
 * all. Its threads are virtual and end with {@link #close}.
 */
final class PathProxy implements AutoCloseable {

  private static final int MAX_DATAGRAM = 65_535;

  /** The size of a datagram, and the eight bytes where a connection id is. */
  record Datagram(int size, long id) {
    private static Datagram of(DatagramPacket packet) {
      return new Datagram(packet.getLength(), ByteBuffer.wrap(packet.getData()).getLong(1));
    }
  }

  /** A port towards the server, and what has passed through it. */
  final class Path {
    final List<Datagram> toServer = new CopyOnWriteArrayList<>();
    final List<Datagram> fromServer = new CopyOnWriteArrayList<>();

    /** While true the client gets nothing along this path. */
    volatile boolean deaf;

    private final DatagramSocket socket;

    private Path() throws SocketException {
      socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().name("path-proxy-back").start(this::receive);
    }

    private void receive() {
      DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
      while (LossyUdpProxy.receive(socket, packet)) {
        fromServer.add(Datagram.of(packet));
        if (!deaf) {
          PathProxy.send(front, packet, client);
        }
      }
    }

    private void send(DatagramPacket packet) {
      toServer.add(Datagram.of(packet));
      PathProxy.send(socket, packet, server);
    }

    int bytesToServer() {
      return toServer.stream().mapToInt(Datagram::size).sum();
    }

    int bytesFromServer() {
      return fromServer.stream().mapToInt(Datagram::size).sum();
    }
  }

  final Path first;
  private final InetSocketAddress server;
  private final DatagramSocket front;
  private final List<Path> paths = new CopyOnWriteArrayList<>();
  private volatile SocketAddress client;
  private volatile Path inUse;
  private volatile Path forOne;

  PathProxy(InetSocketAddress server) throws SocketException {
    this.server = server;
    front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    first = open();
    inUse = first;
    Thread.ofVirtual().name("path-proxy-front").start(this::receiveFromClient);
  }

  int port() {
    return front.getLocalPort();
  }

  Path open() throws SocketException {
    Path path = new Path();
    paths.add(path);
    return path;
  }

  /** What the client sends takes this path from now on. */
  void use(Path path) {
    inUse = path;
  }

  /** What the client sends next takes this path, and nothing else does. */
  void useOnce(Path path) {
    forOne = path;
  }

  int passed() {
    return paths.stream().mapToInt(path -> path.toServer.size() + path.fromServer.size()).sum();
  }

  private void receiveFromClient() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    while (LossyUdpProxy.receive(front, packet)) {
      client = packet.getSocketAddress();
      Path once = forOne;
      forOne = null;
      (once != null ? once : inUse).send(packet);
    }
  }

  private static void send(DatagramSocket from, DatagramPacket packet, SocketAddress to) {
    try {
      from.send(new DatagramPacket(packet.getData(), packet.getLength(), to));
    } catch (IOException e) {
      // A datagram that cannot be sent is a lost one.
    }
  }

  @Override
  public void close() {
    front.close();
    paths.forEach(path -> path.socket.close());
  }
}
