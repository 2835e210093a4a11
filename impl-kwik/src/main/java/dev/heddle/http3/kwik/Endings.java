package dev.heddle.http3.kwik;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import tech.kwik.core.loom.ConnectionEnd;

/** Says in the api's words how a connection ended. Stateless. */
final class Endings {
  private static final ErrorCode INTERNAL_ERROR = new ErrorCode(1); // RFC 9000 §20.1

  private Endings() {}

  static ConnectionClosedException closed(ConnectionEnd end, Throwable cause) {
    return switch (end.cause()) {
      case CLOSED ->
          new ConnectionClosedException(
              origin(end), new ErrorCode(end.code()), end.reason(), cause);
      // kwik calls an idle time-out LOST when the last thing that happened was an unanswered
      // packet.
      case IDLE_TIMEOUT, LOST ->
          new ConnectionClosedException(Origin.IDLE_TIMEOUT, null, end.reason(), cause);
      case STATELESS_RESET ->
          new ConnectionClosedException(
              Origin.PEER_TRANSPORT, null, "the peer has forgotten the connection", cause);
      case HANDSHAKE_FAILED, FAILED ->
          new ConnectionClosedException(
              Origin.LOCAL_TRANSPORT, INTERNAL_ERROR, end.reason(), cause);
    };
  }

  private static Origin origin(ConnectionEnd end) {
    if (end.application()) {
      return end.byPeer() ? Origin.PEER : Origin.LOCAL;
    }
    return end.byPeer() ? Origin.PEER_TRANSPORT : Origin.LOCAL_TRANSPORT;
  }
}
