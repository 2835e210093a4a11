package tech.kwik.core.server.impl;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tech.kwik.core.udp.ReceiveLoop;

/**
 * Finds the connection of each datagram that a server receives. Called by the receive loop of the
 * server's socket.
 */
public final class ServerReceive implements ReceiveLoop.Sink {

  private final ServerConnectorImpl connector;
  private final int idLength;

  /** The connections that the batch under way concerns. */
  private final List<ServerConnectionThread> inBatch = new ArrayList<>();

  private ServerReceive(ServerConnectorImpl connector) {
    this.connector = connector;
    this.idLength = connector.connectionIdLength;
  }

  /** Instead of the start of stock kwik's threads. */
  public static void start(ServerConnectorImpl connector) {
    connector.acceptingNewConnections = true;
    connector.receiver.start(new ServerReceive(connector));
  }

  @Override
  public void datagram(byte[] bytes, int length, InetSocketAddress from, long receivedNanos) {
    try {
      route(bytes, length, from);
    } catch (RuntimeException | Error e) {
      // One datagram must not end the loop, which all connections live on.
      connector.log.error("A received datagram cannot be processed", e);
    }
  }

  private void route(byte[] bytes, int length, InetSocketAddress from) {
    ByteBuffer data = ByteBuffer.wrap(bytes, 0, length);
    if (connector.isValidShortHeaderPacket(data)) {
      byte[] id = Arrays.copyOfRange(bytes, 1, 1 + idLength);
      ServerConnectionProxy proxy =
          connector.connectionRegistry.isExistingConnection(from, id).orElse(null);
      if (proxy instanceof ServerConnectionThread connection) {
        if (connection.receive(data, from)) {
          inBatch.add(connection);
        }
      }
    } else if (ServerConnectorImpl.isValidLongHeaderPacket(data) && data.getInt(1) != 0) {
      // RFC 9000 §6.1: a Version Negotiation packet, of version 0, is never answered with another.
      // It may outlive this call: handshakes go on elsewhere.
      connector.processLongHeaderPacket(from, ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
    }
  }

  @Override
  public void batchEnd() {
    for (int i = 0; i < inBatch.size(); i++) {
      inBatch.get(i).batchEnds();
    }
    inBatch.clear();
  }

  @Override
  public void failed(Throwable failure) {
    if (!connector.closing) {
      connector.log.error("The server's socket has failed", failure);
    }
  }
}
