package tech.kwik.core.udp;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import jdk.net.ExtendedSocketOptions;
import tech.kwik.core.loom.SocketFaults;

/**
 * A socket as the transport uses it: over its channel, never waiting, where it has one; otherwise
 * with the blocking calls of {@link DatagramSocket}, which cost a wake-up of a thread per datagram
 * and are not guarded against code that computes on every carrier. Any thread sends, one receives.
 */
public final class UdpSocket {

  /** What every network takes. */
  private static final int SMALL_BYTES = 1_252;

  /** Connections of one server share a socket, and the lock of its sends. */
  private static final Map<DatagramSocket, WeakReference<UdpSocket>> KNOWN = new WeakHashMap<>();

  private final DatagramSocket socket;
  private final DatagramChannel channel;
  private final ReentrantLock sending = new ReentrantLock();

  private final boolean neverFragments;

  private UdpSocket(DatagramSocket socket, DatagramChannel channel) {
    this.socket = socket;
    this.channel = channel;
    this.neverFragments = channel != null && forbidFragments(channel);
  }

  /** RFC 9000 §14: neither the system nor a router may cut datagrams up. */
  private static boolean forbidFragments(DatagramChannel channel) {
    try {
      channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Whether a datagram that the path does not take is dropped, so that its size can be probed. */
  public boolean neverFragments() {
    return neverFragments;
  }

  /**
   * The one view of a socket, from its first use on: switches the socket's channel, if there is
   * one, to non-blocking mode.
   */
  public static UdpSocket of(DatagramSocket socket) throws IOException {
    synchronized (KNOWN) {
      WeakReference<UdpSocket> known = KNOWN.get(socket);
      UdpSocket udp = known == null ? null : known.get();
      if (udp == null) {
        udp = opened(socket);
        KNOWN.put(socket, new WeakReference<>(udp));
      }
      return udp;
    }
  }

  private static UdpSocket opened(DatagramSocket socket) throws IOException {
    DatagramChannel channel = socket.getChannel();
    if (channel != null) {
      channel.configureBlocking(false);
    }
    return new UdpSocket(socket, channel);
  }

  /** Null if the socket has none. */
  DatagramChannel channel() {
    return channel;
  }

  boolean isOpen() {
    return channel != null ? channel.isOpen() : !socket.isClosed();
  }

  /**
   * Hands a datagram to the system.
   *
   * @return false if the system has no room for it now
   */
  public boolean send(ByteBuffer datagram, InetSocketAddress peer) throws IOException {
    int bytes = datagram.remaining();
    try {
      if (channel == null) {
        socket.send(
            new DatagramPacket(datagram.array(), datagram.position(), datagram.remaining(), peer));
        return true;
      }
      Locks.acquire(sending);
      try {
        return channel.send(datagram, peer) > 0;
      } finally {
        sending.unlock();
      }
    } catch (IOException e) {
      // Too large for the network here: lost like one that is too large for a network further on.
      if (bytes <= SMALL_BYTES || socket.isClosed()) {
        look(e);
      }
      return true;
    }
  }

  /**
   * Receives a datagram into the buffer.
   *
   * @return where it comes from, or null if there is none; without a channel waits for one until
   *     the socket is closed
   */
  InetSocketAddress receive(ByteBuffer buffer) throws IOException {
    try {
      if (channel != null) {
        return (InetSocketAddress) channel.receive(buffer);
      }
      DatagramPacket packet =
          new DatagramPacket(buffer.array(), buffer.arrayOffset(), buffer.capacity());
      socket.receive(packet);
      buffer.position(packet.getLength());
      return (InetSocketAddress) packet.getSocketAddress();
    } catch (IOException e) {
      look(e);
      return null;
    }
  }

  private void look(IOException error) throws IOException {
    boolean closed = error instanceof ClosedChannelException || socket.isClosed();
    if (!closed && socket instanceof SocketFaults faults) {
      faults.look(error);
    } else {
      throw error;
    }
  }
}
