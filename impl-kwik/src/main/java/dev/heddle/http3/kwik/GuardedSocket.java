package dev.heddle.http3.kwik;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A UDP socket for kwik that outlives the network's hiccups. kwik gives a connection up at any
 * {@code IOException} of its socket, and as a server ends the whole process; but an unreachable
 * network is packet loss, and QUIC has time-outs for that. So an open socket that is {@link
 * #settle() settled} throws nothing. Before that, a client's socket reports a closed port, so that
 * connecting fails fast.
 *
 * <p>One thread receives, any thread does the rest.
 */
final class GuardedSocket extends DatagramSocket {
  private static final int BUFFER_BYTES = 4 << 20; // the system gives what it allows
  private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

  private final DatagramSocket socket;
  private volatile boolean settled;
  private volatile boolean refused;

  private GuardedSocket(DatagramSocket socket, boolean settled) throws SocketException {
    super((SocketAddress) null);
    super.close(); // every call goes to the other socket
    this.socket = socket;
    this.settled = settled;
    socket.setReceiveBufferSize(BUFFER_BYTES);
    socket.setSendBufferSize(BUFFER_BYTES);
  }

  /**
   * A server's socket.
   *
   * @throws BindException if the address is in use or not one of this machine; names the address
   */
  static GuardedSocket bound(InetSocketAddress address) throws IOException {
    DatagramSocket socket = null;
    try {
      socket = open(address);
      socket.bind(address);
      return new GuardedSocket(socket, true);
    } catch (SocketException e) {
      if (socket != null) {
        socket.close();
      }
      BindException named =
          new BindException("cannot listen on " + Dialer.written(address) + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  /** A client's socket, connected so that the system tells of a closed port. */
  static GuardedSocket connected(InetSocketAddress server) throws SocketException {
    DatagramSocket socket = new DatagramSocket();
    try {
      socket.connect(server);
      return new GuardedSocket(socket, false);
    } catch (SocketException e) {
      socket.close();
      throw e;
    }
  }

  /** From now on losses are nobody's business: a connection has been made over this socket. */
  void settle() {
    settled = true;
  }

  /** Whether the other side's system said that nothing listens there. */
  boolean refused() {
    return refused;
  }

  @Override
  public void receive(DatagramPacket packet) throws IOException {
    try {
      socket.receive(packet);
    } catch (IOException e) {
      look(e);
      LockSupport.parkNanos(PAUSE_NANOS); // an error that lasts must not take a whole processor
      SocketTimeoutException nothing = new SocketTimeoutException("nothing received");
      nothing.initCause(e);
      throw nothing; // which kwik answers by receiving again
    }
  }

  @Override
  public void send(DatagramPacket packet) throws IOException {
    try {
      socket.send(packet);
    } catch (IOException e) {
      look(e);
    }
  }

  /** Throws what the caller has to know. */
  private void look(IOException e) throws IOException {
    refused |= e instanceof PortUnreachableException;
    if (!settled || socket.isClosed()) {
      throw e;
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  @Override
  public boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public boolean isBound() {
    return socket.isBound();
  }

  @Override
  public InetAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return socket.getLocalPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return socket.getLocalSocketAddress();
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return socket.getReceiveBufferSize();
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    socket.setSoTimeout(millis);
  }

  private static DatagramSocket open(InetSocketAddress address) throws IOException {
    boolean everyIpv4 =
        address.getAddress() instanceof Inet4Address && address.getAddress().isAnyLocalAddress();
    // Java takes 0.0.0.0 for "every address, IPv6 too" unless the socket cannot do IPv6.
    return everyIpv4
        ? DatagramChannel.open(StandardProtocolFamily.INET).socket()
        : new DatagramSocket(null);
  }
}
