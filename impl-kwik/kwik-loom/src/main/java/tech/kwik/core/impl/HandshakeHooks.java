package tech.kwik.core.impl;

import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;

/** Lets {@link tech.kwik.core.loom.LoomHandshake} reach what only this package may. Stateless. */
public final class HandshakeHooks {
  private HandshakeHooks() {}

  public static void leaveHostNameToTrustManager(QuicClientConnection connection) {
    ((QuicClientConnectionImpl) connection)
        .getTlsEngine()
        .setHostnameVerifier((host, certificate) -> true);
  }

  public static boolean isDone(QuicConnection connection) {
    return ((QuicConnectionImpl) connection).connectionState == QuicConnectionImpl.Status.Connected;
  }

  public static void ping(QuicClientConnection connection) {
    ((QuicClientConnectionImpl) connection).ping();
  }
}
