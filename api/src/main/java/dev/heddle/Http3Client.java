package dev.heddle;

import dev.heddle.spi.ClientOptions;
import dev.heddle.spi.Http3Provider;
import dev.heddle.spi.Trust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The client's entry point: {@link #builder()}, then {@link Builder#connect(URI)}.
 *
 * {@snippet file="ClientSnippet.java" region="exchange"}
 */
public final class Http3Client {
  private Http3Client() {}

  /**
   * A builder for connections.
   *
   * @return a new builder, for one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what a client needs. For one thread; may make any number of connections. */
  public static final class Builder {
    private Trust trust = new Trust.SystemAuthorities();
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration keepAlive;
    private Limits limits = Limits.defaults();
    private DatagramOptions datagrams = DatagramOptions.defaults();

    private Builder() {}

    /**
     * Trusts the certificate authorities in a PEM file, instead of the system's.
     *
     * @param pemFile one or more certificates in PEM form
     * @return this builder
     * @throws IOException if the file cannot be read or has no certificate; the message names it
     */
    public Builder trustAuthorities(Path pemFile) throws IOException {
      trust = new Trust.Authorities(Pem.certificates(pemFile));
      return this;
    }

    /**
     * Trusts exactly one certificate, by its hash, instead of any authority. Host name and dates
     * are not looked at: the hash says it all.
     *
     * @param hex SHA-256 of the certificate's DER form, 64 hexadecimal digits, colons between them
     *     allowed
     * @return this builder
     * @throws IllegalArgumentException if it is not 64 hexadecimal digits
     */
    public Builder trustSha256(String hex) {
      trust = Trust.Pinned.of(hex);
      return this;
    }

    /**
     * Trusts every server, whoever it is. Anyone on the way can read and change everything: for
     * tests on one machine only.
     *
     * @return this builder
     */
    public Builder insecurelyTrustEveryServer() {
      trust = new Trust.EveryServer();
      return this;
    }

    /**
     * How long making a connection may take, over all addresses of the host.
     *
     * @param time 1 ms to 1 h; the default is 10 s
     * @return this builder
     * @throws IllegalArgumentException if the time is out of range
     */
    public Builder connectTimeout(Duration time) {
      if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("a connect timeout is 1 ms to 1 h, not " + time);
      }
      connectTimeout = time;
      return this;
    }

    /**
     * Keeps silent connections alive by asking the server for a sign of life in this interval.
     * Without it a connection ends after {@link Limits#idleTimeout()}.
     *
     * @param interval 1 s to 1 h; sensibly below half of the idle time-out
     * @return this builder
     * @throws IllegalArgumentException if the interval is out of range
     */
    public Builder keepAlive(Duration interval) {
      if (interval.compareTo(Duration.ofSeconds(1)) < 0
          || interval.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("a keep-alive interval is 1 s to 1 h, not " + interval);
      }
      keepAlive = interval;
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
     * What servers can make the client hold or do.
     *
     * @param limits the limits; the default is {@link Limits#defaults()}
     * @return this builder
     */
    public Builder limits(Limits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Makes a connection to the server of a URI: every address of its host is tried, in the
     * system's order, until one answers. The server's certificate must be trusted and be for this
     * host.
     *
     * @param server an absolute {@code https} URI; the port is 443 if it names none; path and query
     *     are not used
     * @return the connection; close it
     * @throws IllegalArgumentException if the URI is not absolute, not {@code https}, or names no
     *     host
     * @throws IllegalStateException if there is no provider on the module path or class path
     * @throws ConnectFailedException if no connection could be made; its reason says why
     * @throws IOException for any other failure of the transport
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public SessionConnection connect(URI server) throws IOException, InterruptedException {
      if (!"https".equalsIgnoreCase(server.getScheme()) || server.getHost() == null) {
        throw new IllegalArgumentException(
            "HTTP/3 needs an absolute https URI with a host: " + server);
      }
      return Http3Provider.find()
          .connect(
              new ClientOptions(
                  server,
                  trust,
                  connectTimeout,
                  Optional.ofNullable(keepAlive),
                  limits,
                  datagrams));
    }
  }
}
