package tech.kwik.core.impl;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.concurrent.DaemonThreadFactory;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.udp.UdpSocket;

/**
 * Sockets, threads and delays for the stock classes, in place of their own. Called by what {@code
 * OverlayEdits} writes into them; stateless.
 */
public final class SocketHooks {

  /** RFC 9000 §18.2: the default of max_udp_payload_size. */
  private static final int LARGEST_UDP_PAYLOAD = 65_527;

  /** First packets of connections that wait to be looked at. */
  private static final int MAX_FIRST_PACKETS = 1_024;

  private static final long IDLE_MILLIS = 500;

  private static final long LONGEST_FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(3);

  private SocketHooks() {}

  /** Instead of announcing kwik's receive buffer, which is not used any more. */
  public static void setMaxUdpPayloadSize(TransportParameters parameters, int configured) {
    boolean kwiksOwn = configured == QuicClientConnectionImpl.DEFAULT_MAX_UDP_PAYLOAD_SIZE;
    parameters.setMaxUdpPayloadSize(kwiksOwn ? LARGEST_UDP_PAYLOAD : configured);
  }

  /** Instead of DatagramSocket.send, which a non-blocking channel does not allow. */
  public static void send(DatagramSocket socket, DatagramPacket packet) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
    UdpSocket.of(socket).send(data, (InetSocketAddress) packet.getSocketAddress());
  }

  /** Instead of new DatagramSocket(): one with a channel. */
  public static DatagramSocket openSocket() throws SocketException {
    return openSocket(0);
  }

  /** Instead of new DatagramSocket(int): one with a channel. */
  public static DatagramSocket openSocket(int port) throws SocketException {
    try {
      DatagramSocket socket = DatagramChannel.open().socket();
      socket.bind(new InetSocketAddress(port));
      return socket;
    } catch (SocketException e) {
      throw e;
    } catch (IOException e) {
      throw (SocketException) new SocketException(e.getMessage()).initCause(e);
    }
  }

  /**
   * Instead of a thread pool of the connection, for the end of the closing or draining state: calls
   * back from a thread of its own, once.
   */
  public static void schedule(
      QuicConnectionImpl connection, Runnable action, int delay, TimeUnit unit) {
    Alarm alarm = new Alarm(() -> Thread.ofVirtual().name("kwik-later").start(action));
    // RFC 9000 §10.2: these states should last for three probe time-outs, and may end earlier where
    // packets that come late induce no response. Round trips, and the peer's max_ack_delay of up to
    // 16 s, must not keep threads and sockets of what is over for a minute.
    alarm.at(System.nanoTime() + Math.min(unit.toNanos(delay), LONGEST_FAREWELL_NANOS));
  }

  /**
   * Instead of the pool of ten threads that looks at the first packets of connections, with a queue
   * that has no bound.
   */
  public static ThreadPoolExecutor firstPacketExecutor(
      int core,
      int most,
      long keepAlive,
      TimeUnit unit,
      BlockingQueue<Runnable> queue,
      ThreadFactory threads) {
    int workers = Runtime.getRuntime().availableProcessors();
    var executor =
        new ThreadPoolExecutor(
            workers,
            workers,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(MAX_FIRST_PACKETS),
            Thread.ofVirtual().name("kwik-first-packet").factory(),
            new ThreadPoolExecutor.AbortPolicy());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Instead of a thread that keeps the process alive, and tasks that outlive their purpose. */
  public static ScheduledExecutorService cleanUpExecutor() {
    var executor = new ScheduledThreadPoolExecutor(1, new DaemonThreadFactory("kwik-clean-up"));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }
}
