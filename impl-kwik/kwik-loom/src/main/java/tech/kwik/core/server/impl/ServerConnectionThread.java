package tech.kwik.core.server.impl;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.log.Logger;
import tech.kwik.core.packet.DatagramFilter;
import tech.kwik.core.packet.DatagramParserFilter;
import tech.kwik.core.packet.DatagramPostProcessingFilter;
import tech.kwik.core.packet.InitialPacket;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.packet.PacketParser;
import tech.kwik.core.udp.Locks;

/**
 * Where the datagrams of one connection of a server are processed.
 *
 * <p>While the handshake lasts they wait in a short queue for a virtual thread of the connection:
 * TLS costs milliseconds, which the other connections on the socket must not lose, and so does what
 * an application does when it gets a connection. After that whoever has a datagram processes it in
 * place, which is the receive loop but for stragglers of the handshake.
 */
public class ServerConnectionThread implements ServerConnectionProxy {

  private static final int MAX_WAITING = 64;

  private record Waiting(byte[] bytes, InetSocketAddress from, Instant received) {}

  private final ServerConnectionImpl connection;
  private final DatagramFilter filters;
  private final Logger log;
  private final Thread handshake;

  /** Held by who processes a datagram. */
  private final ReentrantLock processing = new ReentrantLock();

  private volatile boolean inPlace;
  private volatile boolean disposed;

  // Guarded by this.
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean draining;

  /** Set while the connection is in a batch of the receive loop, which alone uses it. */
  private boolean inBatch;

  public ServerConnectionThread(
      ServerConnectionImpl connection,
      List<InitialPacket> firstPackets,
      ByteBuffer rest,
      PacketMetaData firstMetaData,
      Logger log) {
    this.connection = connection;
    this.log = log;
    this.filters = filters(connection.createParser(), firstMetaData.sourceAddress());
    List<InitialPacket> first = firstPackets == null ? List.of() : List.copyOf(firstPackets);
    handshake =
        Thread.ofVirtual()
            .name("kwik-handshake")
            .unstarted(() -> {
              begin(first, rest, firstMetaData);
              drain();
            });
    draining = true;
  }

  /**
   * Called when the connection is registered under the id that it has given itself, and not before:
   * the client's answer, which names that id, can come at once.
   */
  public static void registered(ServerConnectionProxy connection) {
    if (connection instanceof ServerConnectionThread ours) {
      ours.handshake.start();
    }
  }

  private DatagramFilter filters(PacketParser parser, InetSocketAddress client) {
    return new AntiAmplificationTrackingFilter(
        connection::increaseAntiAmplificationLimit,
        new ClientAddressFilter(
            client,
            log,
            new ClientInitialScidFilter(
                connection.getDestinationConnectionId(),
                log,
                new InitialPacketMinimumSizeFilter(
                    log,
                    new DatagramPostProcessingFilter(
                        connection::datagramProcessed, log, new DatagramParserFilter(parser))))));
  }

  private void begin(List<InitialPacket> packets, ByteBuffer rest, PacketMetaData metaData) {
    process(() -> {
      for (InitialPacket packet : packets) {
        connection.getPacketProcessorChain().processPacket(packet, metaData);
      }
      if (rest.hasRemaining()) {
        // The filters count all bytes of the datagram, the first packet's were counted before.
        connection.increaseAntiAmplificationLimit(-rest.remaining());
        filters.processDatagram(rest.slice(), metaData);
      }
    });
  }

  /** Processes what waits, until there is nothing more. */
  private void drain() {
    while (true) {
      Waiting next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null || disposed) {
          draining = false;
          inPlace = LoomHooks.connected(connection);
          return;
        }
      }
      Waiting datagram = next;
      process(() ->
          filters.processDatagram(
              ByteBuffer.wrap(datagram.bytes),
              new PacketMetaData(datagram.received, datagram.from, 0)));
    }
  }

  @Override
  public void parsePackets(int number, Instant received, ByteBuffer data, InetSocketAddress from) {
    if (disposed) {
      return;
    }
    if (inPlace) {
      process(() -> filters.processDatagram(data, new PacketMetaData(received, from, number)));
    } else {
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      enqueue(new Waiting(copy, from, received));
    }
  }

  private void enqueue(Waiting datagram) {
    synchronized (this) {
      if (waiting.size() >= MAX_WAITING) {
        return; // the peer sends it again
      }
      waiting.add(datagram);
      if (draining) {
        return;
      }
      draining = true;
    }
    Thread.ofVirtual().name("kwik-handshake").start(this::drain);
  }

  /**
   * Called by the receive loop, in a batch whose end it will tell by {@link #batchEnds}.
   *
   * @return whether the connection is in this batch for the first time
   */
  boolean receive(ByteBuffer data, InetSocketAddress from) {
    if (!inPlace) {
      parsePackets(0, Instant.now(), data, from);
      return false;
    }
    boolean first = !inBatch;
    inBatch = true;
    Locks.acquire(processing);
    try {
      LoomHooks.batchBegins(connection);
      processGuarded(
          () -> filters.processDatagram(data, new PacketMetaData(Instant.now(), from, 0)));
    } finally {
      processing.unlock();
    }
    return first;
  }

  void batchEnds() {
    inBatch = false;
    LoomHooks.batchEnds(connection);
  }

  private interface Processing {
    void run() throws TransportError;
  }

  /** A batch of one. */
  private void process(Processing action) {
    Locks.acquire(processing);
    try {
      LoomHooks.batchBegins(connection);
      processGuarded(action);
    } finally {
      processing.unlock();
    }
    LoomHooks.batchEnds(connection);
  }

  private void processGuarded(Processing action) {
    try {
      action.run();
    } catch (TransportError violation) {
      LoomHooks.violated(connection, violation);
    } catch (RuntimeException | Error e) {
      connection.abortConnection(e);
    }
  }

  @Override
  public byte[] getOriginalDestinationConnectionId() {
    return connection.getOriginalDestinationConnectionId();
  }

  @Override
  public boolean isClosed() {
    return connection.isClosed();
  }

  @Override
  public void closeConnection() {
    connection.close();
  }

  @Override
  public void dispose() {
    synchronized (this) {
      disposed = true;
      waiting.clear();
    }
  }

  @Override
  public String toString() {
    return "ServerConnection " + connection;
  }
}
