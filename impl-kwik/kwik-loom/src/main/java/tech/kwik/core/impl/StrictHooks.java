package tech.kwik.core.impl;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import tech.kwik.agent15.TlsProtocolException;
import tech.kwik.agent15.alert.MissingExtensionAlert;
import tech.kwik.agent15.alert.NoApplicationProtocolAlert;
import tech.kwik.agent15.extension.ApplicationLayerProtocolNegotiationExtension;
import tech.kwik.agent15.extension.Extension;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.cid.ConnectionIdManager;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.frame.PathChallengeFrame;
import tech.kwik.core.frame.PathResponseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.QuicConnectionImpl.Status;
import tech.kwik.core.packet.LongHeaderPacket;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.packet.RetryPacket;
import tech.kwik.core.packet.ShortHeaderPacket;
import tech.kwik.core.tls.QuicTransportParametersExtension;

/**
 * What the edited connection classes ask before they believe a packet, or do instead. Called by
 * what {@code OverlayEdits} writes into the stock classes, on the receiving thread.
 */
public final class StrictHooks {

  private StrictHooks() {}

  /**
   * Instead of processFrames: nothing of a packet is processed behind a violation, and a failure of
   * ours ends the connection, not the thread that reads for it and maybe for others.
   */
  public static void processFrames(
      QuicConnectionImpl connection, QuicPacket packet, PacketMetaData metaData) {
    List<QuicFrame> frames = packet.getFrames();
    for (int i = 0; i < frames.size() && !ending(connection); i++) {
      QuicFrame frame = frames.get(i);
      try {
        if (frame instanceof AckFrame ack) {
          checkSent(connection, ack, packet);
        }
        if (!ending(connection)) {
          frame.accept(connection, packet, metaData);
        }
      } catch (RuntimeException e) {
        connection.log.error("processing of " + frame + " failed", e);
        LoomHooks.close(connection, TransportErrorCode.INTERNAL_ERROR, "internal error");
      }
    }
  }

  private static void checkSent(QuicConnectionImpl connection, AckFrame ack, QuicPacket packet) {
    // RFC 9000 §13.1: who acknowledges what was never sent may get a PROTOCOL_VIOLATION.
    if (connection.getSender().isUnsent(ack, packet.getPnSpace())) {
      LoomHooks.close(
          connection,
          TransportErrorCode.PROTOCOL_VIOLATION,
          "acknowledgement of a packet that was not sent");
    }
  }

  private static boolean ending(QuicConnectionImpl connection) {
    Status state = connection.connectionState;
    return state.closingOrDraining() || state == Status.Closed;
  }

  /** Instead of process(CryptoFrame), which drops the reason of some violations. */
  public static void crypto(
      QuicConnectionImpl connection,
      CryptoFrame frame,
      QuicPacket packet,
      PacketMetaData metaData) {
    LoomHooks.awaitHandshakeStarted(connection);
    try {
      connection.getCryptoStream(packet.getEncryptionLevel()).add(frame);
      connection.postProcessCrypto(frame, packet, metaData.timeReceived());
    } catch (TlsProtocolException e) {
      connection.cryptoProcessingErrorOcurred(e);
      connection.immediateCloseWithError(connection.quicError(e), e.getMessage());
    } catch (TransportError e) {
      connection.cryptoProcessingErrorOcurred(e);
      LoomHooks.close(connection, e.getTransportErrorCode(), e.getMessage());
    }
  }

  /**
   * In the client's extensionsReceived: what the TLS engine does not check in a server's answer.
   */
  public static void serverExtensions(QuicClientConnectionImpl client, List<Extension> extensions)
      throws TlsProtocolException {
    List<String> chosen = null;
    boolean parameters = false;
    for (Extension extension : extensions) {
      if (extension instanceof ApplicationLayerProtocolNegotiationExtension alpn) {
        chosen = alpn.getProtocols();
      }
      parameters |= extension instanceof QuicTransportParametersExtension;
    }
    // RFC 9001 §8.2: an endpoint that gets no transport parameters closes with missing_extension.
    if (!parameters) {
      throw new MissingExtensionAlert("the server sends no transport parameters");
    }
    // RFC 9001 §8.1: without an application protocol, or with another than was offered, it ends.
    if (!List.of(client.applicationProtocol).equals(chosen)) {
      throw new NoApplicationProtocolAlert(chosen == null ? List.of() : chosen);
    }
  }

  /** In a server's process(ShortHeaderPacket). */
  public static void received(
      QuicConnectionImpl connection, ShortHeaderPacket packet, PacketMetaData metaData) {
    connection.getStreamManager().paths().peerAddress().received(packet, metaData.sourceAddress());
  }

  /** Instead of process(PathChallengeFrame). */
  public static void pathChallenge(
      QuicConnectionImpl connection, PathChallengeFrame frame, PacketMetaData metaData) {
    connection.getStreamManager().paths().process(frame, metaData.sourceAddress());
  }

  /** Instead of process(PathResponseFrame), which does nothing in stock kwik. */
  public static void pathResponse(QuicConnectionImpl connection, PathResponseFrame frame) {
    connection.getStreamManager().paths().process(frame);
  }

  /**
   * In process(InitialPacket) and process(HandshakePacket): whether the packet is to be dropped.
   */
  public static boolean isForeign(QuicConnectionImpl connection, LongHeaderPacket packet) {
    // RFC 9000 §7.2: once the first Initial has settled it, the source connection id stays.
    boolean foreign =
        !connection.getConnectionIdManager().isHandshakeSource(packet.getSourceConnectionId());
    if (foreign) {
      connection.log.debug("Dropping packet from another source connection id");
    }
    return foreign;
  }

  /** In process(RetryPacket): whether the packet is to be dropped. */
  public static boolean isLateRetry(QuicConnectionImpl connection, RetryPacket packet) {
    ConnectionIdManager ids = connection.getConnectionIdManager();
    // RFC 9000 §17.2.5.2: no Retry after an Initial packet, nor one that changes no connection id.
    return ids.isHandshakeSourceSettled()
        || Arrays.equals(packet.getSourceConnectionId(), ids.getOriginalDestinationConnectionId());
  }

  /** Instead of checkForStatelessResetToken, which expects any packet to have 16 bytes. */
  public static boolean isStatelessReset(QuicConnectionImpl connection, ByteBuffer packet) {
    int tokenAt = packet.limit() - 16;
    // RFC 9000 §10.3: at least five bytes before the token, the first of a short header.
    if (tokenAt < 5 || (packet.get(0) & 0xc0) != 0x40) {
      return false;
    }
    byte[] token = new byte[16];
    packet.get(tokenAt, token);
    return connection.getConnectionIdManager().isStatelessResetToken(token);
  }
}
