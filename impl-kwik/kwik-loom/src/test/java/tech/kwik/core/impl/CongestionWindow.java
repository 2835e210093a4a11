package tech.kwik.core.impl;

import tech.kwik.core.QuicConnection;

/** Looks at what kwik does not show: the congestion window of a connection. */
public final class CongestionWindow {

  private CongestionWindow() {}

  public static long bytes(QuicConnection connection) {
    return sender(connection).getCongestionController().getWindowSize();
  }

  public static long bytesInFlight(QuicConnection connection) {
    return sender(connection).getCongestionController().getBytesInFlight();
  }

  private static tech.kwik.core.send.SenderImpl sender(QuicConnection connection) {
    return ((QuicConnectionImpl) connection).getSender();
  }
}
