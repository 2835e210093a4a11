package dev.heddle.http3.kwik;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import tech.kwik.core.loom.SocketFaults;

/**
 * A UDP socket for kwik that outlives the network's hiccups. kwik gives a connection up at any
 * {@code IOException} of its socket; but an unreachable network is packet loss, and QUIC has
 * time-outs for that. So an open socket that is {@link #settle() settled} reports nothing. Before
 * that, a client's socket reports a closed port, so that connecting fails fast.
 *
 * <p>kwik sends and receives over the channel. Any thread.
 */
final class GuardedSocket extends DatagramSocket implements SocketFaults {
  private static final int BUFFER_BYTES = 4 << 20; // the system gives what it allows

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
    DatagramChannel channel = null;
    try {
      channel = DatagramChannel.open();
      channel.connect(server);
      return new GuardedSocket(channel.socket(), false);
    } catch (IOException e) {
      if (channel != null) {
        channel.socket().close();
      }
      throw (SocketException) new SocketException(e.getMessage()).initCause(e);
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
  public DatagramChannel getChannel() {
    return socket.getChannel();
  }

  @Override
  public void look(IOException error) throws IOException {
    refused |= error instanceof PortUnreachableException;
    if (!settled) {
      throw error;
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

  private static DatagramSocket open(InetSocketAddress address) throws IOException {
    boolean everyIpv4 =
        address.getAddress() instanceof Inet4Address && address.getAddress().isAnyLocalAddress();
    // Java takes 0.0.0.0 for "every address, IPv6 too" unless the socket cannot do IPv6.
    DatagramChannel channel =
        everyIpv4 ? DatagramChannel.open(StandardProtocolFamily.INET) : DatagramChannel.open();
    return channel.socket();
  }
}
