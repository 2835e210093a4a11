package dev.heddle.spi;

import dev.heddle.Http3Server;
import dev.heddle.SessionConnection;
import java.io.IOException;
import java.util.Iterator;
import java.util.ServiceLoader;

/** An HTTP/3 implementation. Found with {@link ServiceLoader}; any thread may call it. */
public interface Http3Provider {
  /**
   * The provider that the module path or class path holds.
   *
   * @return the first one found
   * @throws IllegalStateException if there is none
   */
  static Http3Provider find() {
    Iterator<Http3Provider> providers =
        ServiceLoader.load(Http3Provider.class, Http3Provider.class.getClassLoader()).iterator();
    if (!providers.hasNext()) {
      throw new IllegalStateException(
          "no HTTP/3 provider found: add dev.heddle:heddle-kwik to the module path or class path");
    }
    return providers.next();
  }

  /**
   * Starts a server.
   *
   * @param options what it is to be
   * @return the running server
   * @throws java.net.BindException if the address is in use or not one of this machine
   * @throws IOException if it cannot be started for another reason
   */
  Http3Server start(ServerOptions options) throws IOException;

  /**
   * Makes a connection.
   *
   * @param options where to, and how
   * @return the connection
   * @throws dev.heddle.ConnectFailedException if no connection could be made
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  SessionConnection connect(ClientOptions options) throws IOException, InterruptedException;
}
