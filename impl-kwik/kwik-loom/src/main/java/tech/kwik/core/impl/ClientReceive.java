package tech.kwik.core.impl;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import tech.kwik.core.packet.ClientRolePacketParser;
import tech.kwik.core.packet.DatagramFilter;
import tech.kwik.core.packet.DatagramParserFilter;
import tech.kwik.core.packet.DatagramPostProcessingFilter;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.udp.ReceiveLoop;

/** Processes what a client's connection receives, in place. Called by its receive loop. */
public final class ClientReceive implements ReceiveLoop.Sink {

  private final QuicClientConnectionImpl connection;
  private final InetSocketAddress server;
  private final DatagramFilter filters;
  private InetSocketAddress lastFrom;
  private boolean inBatch;

  private ClientReceive(QuicClientConnectionImpl connection) {
    this.connection = connection;
    this.server = new InetSocketAddress(connection.serverAddress, connection.serverPort);
    connection.parser =
        new ClientRolePacketParser(
            connection.connectionSecrets,
            connection.quicVersion,
            connection.getConnectionIdManager().getConnectionIdLength(),
            connection.getConnectionIdManager().getOriginalDestinationConnectionId(),
            connection.getPacketProcessorChain(),
            connection::handleUnprotectPacketFailure,
            connection.log);
    this.filters =
        new DatagramPostProcessingFilter(
            connection::datagramProcessed, new DatagramParserFilter(connection.parser));
  }

  /** Instead of the start of stock kwik's thread. */
  public static void start(QuicClientConnectionImpl connection) {
    connection.receiver.start(new ClientReceive(connection));
  }

  @Override
  public void datagram(byte[] bytes, int length, InetSocketAddress from, long receivedNanos) {
    if (!fromServer(from)) {
      return;
    }
    inBatch = true;
    connection.sender.batchBegins();
    try {
      filters.processDatagram(
          ByteBuffer.wrap(bytes, 0, length), new PacketMetaData(Instant.now(), from, 0));
    } catch (TransportError violation) {
      LoomHooks.violated(connection, violation);
    } catch (RuntimeException | Error e) {
      connection.abortConnection(e);
    }
  }

  /** The channel gives the same object again and again for datagrams of one sender. */
  private boolean fromServer(InetSocketAddress from) {
    if (from == lastFrom) {
      return true;
    }
    if (!server.equals(from)) {
      return false;
    }
    lastFrom = from;
    return true;
  }

  @Override
  public void batchEnd() {
    if (inBatch) {
      inBatch = false;
      connection.sender.batchEnds();
    }
  }

  @Override
  public void failed(Throwable failure) {
    connection.receiver.abort(failure);
  }
}
