package tech.kwik.core.loom;

import java.io.IOException;

/**
 * Implemented by a {@link java.net.DatagramSocket} that decides which errors of its channel concern
 * the connections on it. Any thread calls it.
 */
public interface SocketFaults {

  /**
   * Looks at an error of a send or a receive: returns if the datagram counts as lost on the way.
   *
   * @throws IOException if the connection must hear of it, and end
   */
  void look(IOException error) throws IOException;
}
