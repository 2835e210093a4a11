package dev.heddle.loom;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A UDP proxy on loopback that loses, duplicates, reorders and delays datagrams in both directions.
 *
 * <p>The choices come from a seed, so that a run can be repeated as far as timing permits. Every
 * client address gets a socket of its own towards the target. All threads are virtual and end with
 * {@link #close}.
 */
public final class LossyUdpProxy implements AutoCloseable {

  /**
   * What happens to a datagram, each with its probability from 0 to 1.
   *
   * @param loss it is dropped
   * @param duplication it is sent twice
   * @param reordering it is held back by {@code holdBack}, so that others overtake it
   * @param delay added to every datagram
   * @param holdBack added to a reordered one
   */
  public record Faults(
      double loss, double duplication, double reordering, Duration delay, Duration holdBack) {

    public static final Faults NONE = new Faults(0, 0, 0, Duration.ZERO, Duration.ZERO);

    public static Faults loss(double probability) {
      return new Faults(probability, 0, 0, Duration.ZERO, Duration.ZERO);
    }

    /** Loss, duplicates and reordering with the same probability, held back by 3 ms. */
    public static Faults all(double probability) {
      return new Faults(probability, probability, probability, Duration.ZERO, Duration.ofMillis(3));
    }
  }

  private static final int MAX_DATAGRAM = 65_535;

  private final InetSocketAddress target;
  private final Random random;
  private final DatagramSocket front;
  private final Map<SocketAddress, DatagramSocket> backs = new ConcurrentHashMap<>();
  private final LongAdder forwarded = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private volatile Faults faults;
  private volatile boolean blackHole;
  private volatile int largest = MAX_DATAGRAM;
  private volatile boolean dropAnswers;
  private volatile InetAddress backAddress = InetAddress.getLoopbackAddress();
  private final AtomicInteger fromClients = new AtomicInteger(Integer.MAX_VALUE);

  /** Listens on a free port of 127.0.0.1. */
  public LossyUdpProxy(InetSocketAddress target, long seed, Faults faults) throws SocketException {
    this.target = target;
    this.random = new Random(seed);
    this.faults = faults;
    this.front = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().name("lossy-proxy-front").start(this::receiveFromClients);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) front.getLocalSocketAddress();
  }

  /** Changes the faults from now on. */
  public void faults(Faults newFaults) {
    faults = newFaults;
  }

  /** Drops datagrams of more than so many bytes, as a network with a smaller MTU does. */
  public void largest(int bytes) {
    largest = bytes;
  }

  /** While true nothing gets through, in either direction. */
  public void blackHole(boolean on) {
    blackHole = on;
  }

  /** While true nothing from the target gets through. */
  public void dropAnswers(boolean on) {
    dropAnswers = on;
  }

  /** Drops what clients send after so many datagrams more. */
  public void clientsMaySend(int datagrams) {
    fromClients.set(datagrams);
  }

  /** Gives every client another address towards the target too. */
  public void rebind(InetAddress address) {
    backAddress = address;
    rebind();
  }

  /** Gives every client another port towards the target from now on, as a NAT does that forgot. */
  public void rebind() {
    for (SocketAddress client : backs.keySet()) {
      DatagramSocket old = backs.put(client, connectBack(client));
      old.close();
    }
  }

  public long forwarded() {
    return forwarded.sum();
  }

  public long dropped() {
    return dropped.sum();
  }

  private void receiveFromClients() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    while (receive(front, packet)) {
      SocketAddress client = packet.getSocketAddress();
      DatagramSocket back = backs.computeIfAbsent(client, this::connectBack);
      if (fromClients.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        pass(packet, back, target);
      } else {
        dropped.increment();
      }
    }
  }

  private DatagramSocket connectBack(SocketAddress client) {
    try {
      DatagramSocket back = new DatagramSocket(new InetSocketAddress(backAddress, 0));
      Thread.ofVirtual().name("lossy-proxy-back").start(() -> receiveFromTarget(back, client));
      return back;
    } catch (SocketException e) {
      throw new IllegalStateException(e);
    }
  }

  private void receiveFromTarget(DatagramSocket back, SocketAddress client) {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    while (receive(back, packet)) {
      if (dropAnswers) {
        dropped.increment();
      } else {
        pass(packet, front, client);
      }
    }
  }

  static boolean receive(DatagramSocket socket, DatagramPacket packet) {
    packet.setLength(MAX_DATAGRAM);
    try {
      socket.receive(packet);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  private void pass(DatagramPacket packet, DatagramSocket from, SocketAddress to) {
    Faults now = faults;
    if (blackHole || packet.getLength() > largest || chance(now.loss())) {
      dropped.increment();
      return;
    }
    int copies = chance(now.duplication()) ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      Duration delay = chance(now.reordering()) ? now.delay().plus(now.holdBack()) : now.delay();
      forwarded.increment();
      if (delay.isZero()) {
        send(from, new DatagramPacket(packet.getData(), packet.getLength(), to));
      } else {
        DatagramPacket held = new DatagramPacket(bytes(packet), packet.getLength(), to);
        Thread.startVirtualThread(() -> sendLater(from, held, delay));
      }
    }
  }

  private boolean chance(double probability) {
    if (probability <= 0) {
      return false;
    }
    synchronized (random) {
      return random.nextDouble() < probability;
    }
  }

  private static byte[] bytes(DatagramPacket packet) {
    return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private static void sendLater(DatagramSocket from, DatagramPacket packet, Duration delay) {
    try {
      // checkstyle allow Sleep: the delay is the thing simulated
      Thread.sleep(delay);
      send(from, packet);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(DatagramSocket from, DatagramPacket packet) {
    try {
      from.send(packet);
    } catch (IOException e) {
      // A datagram that cannot be sent is a lost one.
    }
  }

  @Override
  public void close() {
    front.close();
    backs.values().forEach(DatagramSocket::close);
  }
}
