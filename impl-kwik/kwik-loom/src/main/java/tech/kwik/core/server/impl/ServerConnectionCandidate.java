package tech.kwik.core.server.impl;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import tech.kwik.agent15.TlsProtocolException;
import tech.kwik.agent15.alert.UnexpectedMessageAlert;
import tech.kwik.agent15.handshake.ClientHello;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.crypto.CryptoStream;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.DecryptionException;
import tech.kwik.core.impl.InvalidPacketException;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.UnacceptablePacketException;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.Logger;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.packet.DatagramFilter;
import tech.kwik.core.packet.InitialPacket;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.server.ServerConnectionFactory;
import tech.kwik.core.server.ServerConnectionRegistry;

/**
 * Somebody who has sent what looks like the first packet of a connection, and who gets one when the
 * whole ClientHello is there. Any thread.
 *
 * <p>Differs from the class that it replaces in what a stranger can make a server remember: nothing
 * by datagrams that are no first packets, and by ClientHellos of which a part is missing no more
 * than {@link Candidates} hold; and in telling who breaks a rule which one it was.
 */
public class ServerConnectionCandidate implements ServerConnectionProxy {

  private static final int MAX_PACKETS = 16;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Version version;
  private final InetSocketAddress client;
  private final byte[] clientId;
  private final byte[] id;
  private final ServerConnectionFactory factory;
  private final ServerConnectionRegistry connections;
  private final Logger log;
  private final ExecutorService executor;
  private final DatagramFilter filters;
  private final Alarm patience = new Alarm(this::forget);

  /** What becomes of it: decided once, by who connects or forgets it first. */
  private enum Fate {
    OPEN,
    CONNECTS,
    FORGOTTEN
  }

  private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.OPEN);

  /** Set once; from then on it gets the datagrams. */
  private volatile ServerConnectionProxy connection;

  // Guarded by this.
  private final InitialReader reader;
  private final CryptoStream hello;
  private final List<InitialPacket> packets = new ArrayList<>(1);
  private int bytes;

  public ServerConnectionCandidate(
      Context context,
      Version version,
      InetSocketAddress client,
      byte[] clientId,
      byte[] id,
      ServerConnectionFactory factory,
      ServerConnectionRegistry connections,
      Logger log) {
    this.version = version;
    this.client = client;
    this.clientId = clientId;
    this.id = id;
    this.factory = factory;
    this.connections = connections;
    this.log = log;
    executor = context.getSharedServerExecutor();
    filters =
        new ClientAddressFilter(
            client,
            log,
            new ClientInitialScidFilter(
                clientId, log, new InitialPacketMinimumSizeFilter(log, this::take)));
    reader = new InitialReader(version, id, log);
    hello =
        new CryptoStream(VersionHolder.with(version), EncryptionLevel.Initial, Role.Server, log);
    hello.setBufferMode();
  }

  @Override
  public byte[] getOriginalDestinationConnectionId() {
    return id;
  }

  /** Looks at the datagram on another thread: keys and TLS are not for the receive loop. */
  @Override
  public void parsePackets(int number, Instant received, ByteBuffer data, InetSocketAddress from) {
    ServerConnectionProxy known = connection;
    if (known != null) {
      known.parsePackets(number, received, data, from);
      return;
    }
    try {
      executor.execute(() -> process(data, new PacketMetaData(received, from, number)));
    } catch (RejectedExecutionException e) {
      forgetStranger(); // too many: the client sends it again
    }
  }

  private synchronized void process(ByteBuffer data, PacketMetaData metaData) {
    ServerConnectionProxy known = connection;
    if (known != null) {
      known.parsePackets(
          metaData.datagramNumber(), metaData.timeReceived(), data, metaData.sourceAddress());
      return;
    }
    if (fate.get() == Fate.FORGOTTEN) {
      return;
    }
    try {
      filters.processDatagram(data, metaData);
    } catch (TransportError violation) {
      refuse(violation);
    } catch (RuntimeException e) {
      log.error("A first packet cannot be processed", e);
    }
    forgetStranger();
  }

  /** A datagram that has passed the filters. */
  private void take(ByteBuffer data, PacketMetaData metaData) throws TransportError {
    int size = data.remaining();
    ByteBuffer rest = data.slice();
    try {
      // What an Initial packet leaves of a datagram may hold more of them.
      do {
        InitialPacket packet = reader.parse(rest);
        rest = rest.slice();
        if (packets.size() == MAX_PACKETS) {
          return; // nobody needs so many
        }
        if (packets.isEmpty()) {
          factory.candidates().add(this);
          patience.at(System.nanoTime() + PATIENCE_NANOS);
        }
        packets.add(packet);
        bytes += size;
        size = 0;
        if (isComplete(packet)) {
          connect(packet, rest, metaData);
          return;
        }
      } while (rest.hasRemaining());
    } catch (TlsProtocolException violation) {
      refuse(violation);
    } catch (InvalidPacketException | DecryptionException | UnacceptablePacketException e) {
      // Anyone may have made it: it is no packet.
    }
  }

  private boolean isComplete(InitialPacket packet)
      throws TlsProtocolException, TransportError, UnacceptablePacketException {
    List<QuicFrame> frames = packet.getFrames();
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i) instanceof CryptoFrame part) {
        hello.add(part);
      } else if (frames.get(i) instanceof ConnectionCloseFrame) {
        forget();
        throw new UnacceptablePacketException("the client has changed its mind");
      }
    }
    if (hello.getBufferedMessagesCount() == 0) {
      return false;
    }
    if (!(hello.getBufferedMessages().getFirst() instanceof ClientHello)) {
      throw new UnexpectedMessageAlert("the first message is no ClientHello");
    }
    return true;
  }

  private void connect(InitialPacket last, ByteBuffer rest, PacketMetaData metaData) {
    if (!fate.compareAndSet(Fate.OPEN, Fate.CONNECTS)) {
      return;
    }
    try {
      ServerConnectionImpl made =
          factory.createNewConnection(version, client, last.getSourceConnectionId(), id, hello);
      ServerConnectionProxy proxy =
          factory.createServerConnectionProxy(made, packets, rest, metaData);
      made.increaseAntiAmplificationLimit(bytes);
      connections.registerConnection(proxy, made.getInitialConnectionId());
      connection = proxy;
    } finally {
      leave();
      if (connection == null) {
        connections.deregisterConnection(this, id);
      }
    }
    ServerConnectionThread.registered(connection);
  }

  private void leave() {
    patience.off();
    factory.candidates().remove(this);
  }

  /** Tells the client which rule it has broken, and forgets it. */
  private void refuse(Exception violation) {
    if (forget()) {
      factory.refuse(version, client, clientId, id, violation);
    }
  }

  /** Whoever has sent nothing that is a packet leaves no trace. */
  private synchronized void forgetStranger() {
    if (packets.isEmpty()) {
      forget();
    }
  }

  /** Whoever was to become a connection has to begin anew; returns false if it has become one. */
  boolean forget() {
    if (!fate.compareAndSet(Fate.OPEN, Fate.FORGOTTEN)) {
      return false;
    }
    leave();
    connections.deregisterConnection(this, id);
    return true;
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  @Override
  public synchronized void closeConnection() {
    ServerConnectionProxy known = connection;
    if (known != null) {
      known.closeConnection();
    } else {
      forget();
    }
  }

  @Override
  public void dispose() {}

  @Override
  public String toString() {
    return "ServerConnectionCandidate from " + client;
  }
}
