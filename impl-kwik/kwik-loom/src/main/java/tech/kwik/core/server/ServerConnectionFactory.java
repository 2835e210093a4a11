package tech.kwik.core.server;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import tech.kwik.agent15.TlsProtocolException;
import tech.kwik.agent15.alert.ErrorAlert;
import tech.kwik.agent15.engine.TlsServerEngineFactory;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.crypto.ConnectionSecrets;
import tech.kwik.core.crypto.CryptoStream;
import tech.kwik.core.crypto.MissingKeysException;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.Logger;
import tech.kwik.core.packet.InitialPacket;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.server.impl.ApplicationProtocolRegistry;
import tech.kwik.core.server.impl.Candidates;
import tech.kwik.core.server.impl.Handshakes;
import tech.kwik.core.server.impl.ServerConnectionImpl;
import tech.kwik.core.server.impl.ServerConnectionProxy;
import tech.kwik.core.server.impl.ServerConnectionThread;
import tech.kwik.core.udp.UdpSocket;

/**
 * Makes the connections of a server. Any thread. Differs from the class that it replaces in a limit
 * of the handshakes that are under way, which anyone can start under any address.
 */
@SuppressWarnings("exports") // the signatures are stock kwik's
public class ServerConnectionFactory {

  private static final int MIN_ID_LENGTH = 4;
  private static final int MAX_ID_LENGTH = 20;
  private static final int FIRST_CRYPTO_ERROR = 0x100;

  private final DatagramSocket socket;
  private final TlsServerEngineFactory engines;
  private final ServerConnectionConfig configuration;
  private final ApplicationProtocolRegistry protocols;
  private final ServerConnectionRegistry connections;
  private final Consumer<ServerConnectionImpl> closed;
  private final Logger log;
  private final Handshakes handshakes = new Handshakes();
  private final Candidates candidates = new Candidates();

  public ServerConnectionFactory(
      DatagramSocket socket,
      TlsServerEngineFactory engines,
      ServerConnectionConfig configuration,
      ApplicationProtocolRegistry protocols,
      ServerConnectionRegistry connections,
      Consumer<ServerConnectionImpl> closed,
      Logger log) {
    int idLength = configuration.connectionIdLength();
    if (idLength < MIN_ID_LENGTH || idLength > MAX_ID_LENGTH) {
      throw new IllegalArgumentException("connection ids of " + idLength + " bytes");
    }
    this.socket = socket;
    this.engines = engines;
    this.configuration = configuration;
    this.protocols = protocols;
    this.connections = connections;
    this.closed = closed;
    this.log = log;
  }

  /** Throws the UnacceptablePacketException of the caller when there are too many handshakes. */
  public ServerConnectionImpl createNewConnection(
      Version version,
      InetSocketAddress client,
      byte[] clientId,
      byte[] originalDestination,
      CryptoStream initialCrypto) {
    handshakes.checkRoom();
    var connection =
        new ServerConnectionImpl(
            version,
            socket,
            client,
            clientId,
            originalDestination,
            initialCrypto,
            engines,
            configuration,
            protocols,
            connections,
            closed,
            log);
    handshakes.add(connection);
    return connection;
  }

  public Candidates candidates() {
    return candidates;
  }

  /** Tells a client that is no connection which rule its first packet breaks. */
  public void refuse(
      Version version, InetSocketAddress client, byte[] clientId, byte[] id, Exception violation) {
    var frame = new ConnectionCloseFrame(version, code(violation), violation.getMessage());
    var packet = new InitialPacket(version, id, clientId, null, frame);
    packet.setPacketNumber(0);
    var secrets = new ConnectionSecrets(VersionHolder.with(version), Role.Server, null, log);
    secrets.computeInitialKeys(id);
    try {
      byte[] bytes = packet.generatePacketBytes(secrets.getOwnAead(EncryptionLevel.Initial));
      UdpSocket.of(socket).send(ByteBuffer.wrap(bytes), client);
    } catch (MissingKeysException | IOException e) {
      log.error("A client cannot be told about a violation: " + e);
    }
  }

  /** RFC 9001 §4.8: a TLS alert has a code of its own. */
  private static long code(Exception violation) {
    return switch (violation) {
      case TransportError error -> error.getTransportErrorCode().value;
      case TlsProtocolException wrapped when wrapped.getCause() instanceof TransportError error ->
          error.getTransportErrorCode().value;
      case ErrorAlert alert -> FIRST_CRYPTO_ERROR + (alert.alertDescription().value & 0xff);
      default -> TransportErrorCode.PROTOCOL_VIOLATION.value;
    };
  }

  public ServerConnectionProxy createServerConnectionProxy(
      ServerConnectionImpl connection,
      List<InitialPacket> firstPackets,
      ByteBuffer rest,
      PacketMetaData metaData) {
    return new ServerConnectionThread(connection, firstPackets, rest, metaData, log);
  }
}
