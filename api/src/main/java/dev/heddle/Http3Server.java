package dev.heddle;

import dev.heddle.spi.Http3Provider;
import dev.heddle.spi.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A running HTTP/3 server: one UDP socket, any number of connections.
 *
 * <p>With a {@link Builder#handler(SessionHandler) handler} every session is handled on a virtual
 * thread of its own. Without one the program accepts connections and sessions itself.
 *
 * {@snippet file="ServerSnippet.java" region="server"}
 */
public interface Http3Server extends AutoCloseable {
  /**
   * A builder for a server.
   *
   * @return a new builder, for one thread
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Where the server listens. The port is the real one, also where port 0 was asked for.
   *
   * @return address and port
   */
  InetSocketAddress localAddress();

  /**
   * Waits for the next connection (only for a server that was started without a handler).
   *
   * @return the connection; close it
   * @throws IllegalStateException if the server has a handler
   * @throws ConnectionClosedException if the server was closed
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  SessionConnection accept() throws IOException, InterruptedException;

  /**
   * Ends the server in good order: takes no new connections, sends GOAWAY on those it has, waits
   * until the sessions in progress have ended, at most for the given time, then closes. If the
   * thread is interrupted it closes at once and leaves the thread's interrupt status set.
   *
   * @param drain how long to wait for sessions in progress; zero closes at once
   * @throws IllegalArgumentException if the time is negative
   * @spec https://www.rfc-editor.org/rfc/rfc9114#section-5.2 RFC 9114 section 5.2
   */
  void shutdown(Duration drain);

  /**
   * Closes every connection and the socket. Handlers that still run are interrupted. When it
   * returns the port is free. Idempotent.
   */
  @Override
  void close();

  /** Collects what a server needs. For one thread; may start several servers. */
  final class Builder {
    private InetSocketAddress address = new InetSocketAddress("127.0.0.1", 0);
    private ServerCertificate certificate;
    private SessionHandler handler;
    private Limits limits = Limits.defaults();
    private DatagramOptions datagrams = DatagramOptions.defaults();

    private Builder() {}

    /**
     * Where to listen. The default is 127.0.0.1 and a free port.
     *
     * @param address a resolved address; port 0 picks a free port
     * @return this builder
     * @throws IllegalArgumentException if the address is not resolved
     */
    public Builder address(InetSocketAddress address) {
      if (address.isUnresolved()) {
        throw new IllegalArgumentException("no address is known for " + address.getHostString());
      }
      this.address = address;
      return this;
    }

    /**
     * Where to listen, by host name or literal address.
     *
     * @param host a name of this machine, {@code 0.0.0.0} for all its IPv4 addresses, or {@code ::}
     *     for all addresses
     * @param port 0 to 65,535; 0 picks a free port
     * @return this builder
     * @throws IllegalArgumentException if the host has no address or the port is out of range
     */
    public Builder address(String host, int port) {
      return address(new InetSocketAddress(host, port));
    }

    /**
     * The certificate to present. Required.
     *
     * @param certificate the certificate chain and its key
     * @return this builder
     */
    public Builder certificate(ServerCertificate certificate) {
      this.certificate = Objects.requireNonNull(certificate, "certificate");
      return this;
    }

    /**
     * What to do with each session. Without it the program calls {@link Http3Server#accept()}.
     *
     * @param handler called on a virtual thread for every session
     * @return this builder
     */
    public Builder handler(SessionHandler handler) {
      this.handler = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /**
     * How to take part in HTTP datagrams.
     *
     * @param options the options; the default is {@link DatagramOptions#defaults()}
     * @return this builder
     */
    public Builder datagrams(DatagramOptions options) {
      this.datagrams = Objects.requireNonNull(options, "options");
      return this;
    }

    /**
     * What clients can make the server hold or do.
     *
     * @param limits the limits; the default is {@link Limits#defaults()}
     * @return this builder
     */
    public Builder limits(Limits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Binds the socket and starts the server. When it returns, clients can connect.
     *
     * @return the running server; close it
     * @throws IllegalStateException if there is no certificate, or no provider on the module path
     *     or class path
     * @throws java.net.BindException if the address is in use or not one of this machine
     * @throws IOException if the socket cannot be opened for another reason, or the transport
     *     cannot use the certificate
     */
    public Http3Server start() throws IOException {
      if (certificate == null) {
        throw new IllegalStateException(
            "set a certificate; ServerCertificate.development() makes one to try things out");
      }
      return Http3Provider.find()
          .start(
              new ServerOptions(
                  address, certificate, Optional.ofNullable(handler), limits, datagrams));
    }
  }
}
