package tech.kwik.core.loom;

import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.impl.HandshakeHooks;

/**
 * What an application that does its own certificate checks needs of kwik's handshake. Any thread.
 */
public final class LoomHandshake {
  private LoomHandshake() {}

  /**
   * Switches off the host name check of the TLS library, to be called before connecting; the trust
   * manager that was given to the builder has the last word then. The library's check takes a
   * certificate whose subject has no common name for any host, refuses every address, and can
   * otherwise not be replaced.
   */
  public static void leaveHostNameToTrustManager(QuicClientConnection connection) {
    HandshakeHooks.leaveHostNameToTrustManager(connection);
  }

  /**
   * Whether the handshake is done and the connection lives: false while a server has seen early
   * data only.
   */
  public static boolean isDone(QuicConnection connection) {
    return HandshakeHooks.isDone(connection);
  }

  /**
   * Sends a PING frame, which the peer acknowledges.
   *
   * @throws IllegalStateException if the connection is not established, or not any more
   */
  public static void ping(QuicClientConnection connection) {
    HandshakeHooks.ping(connection);
  }
}
