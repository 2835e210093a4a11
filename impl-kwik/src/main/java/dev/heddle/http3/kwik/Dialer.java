package dev.heddle.http3.kwik;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectFailedException.Reason;
import dev.heddle.SessionConnection;
import dev.heddle.http3.session.HeddleConnection;
import dev.heddle.spi.ClientOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tech.kwik.core.QuicClientConnection;

/** Makes a client's connection: looks the host up, tries its addresses, starts the engine. */
final class Dialer {
  private static final int HTTPS = 443;

  private final ClientOptions options;
  private final HostName host;
  private final int port;
  private final long deadline;

  /** The time to connect runs from here. */
  Dialer(ClientOptions options) {
    this.options = options;
    this.host = HostName.of(options.server().getHost());
    this.port = options.server().getPort() < 0 ? HTTPS : options.server().getPort();
    this.deadline = System.nanoTime() + options.connectTimeout().toNanos();
  }

  SessionConnection connect() throws IOException, InterruptedException {
    Acceptance acceptance = Acceptance.of(options.trust(), host);
    Race race = new Race(deadline);
    for (InetAddress address : addresses()) {
      InetSocketAddress server = new InetSocketAddress(address, port);
      race.enter(
          new Attempt(
              host,
              server,
              acceptance,
              options.limits(),
              options.datagrams().enabled(),
              options.connectTimeout()),
          server);
    }
    Race.Winner winner = race.run();
    return started(winner.connection(), winner.address());
  }

  private SessionConnection started(QuicClientConnection kwik, InetSocketAddress server) {
    KeepAlive keepAlive = new KeepAlive(kwik);
    KwikConnection port =
        new KwikConnection(kwik, true, kwik.getLocalAddress(), server, keepAlive::stop);
    SessionConnection connection =
        HeddleConnection.client(port, options.limits(), options.datagrams());
    options.keepAlive().ifPresent(keepAlive::start);
    return connection;
  }

  /** On a thread of its own: a look-up in the JDK neither ends in time nor at an interrupt. */
  private InetAddress[] addresses() throws IOException, InterruptedException {
    FutureTask<InetAddress[]> lookUp =
        new FutureTask<>(() -> InetAddress.getAllByName(host.toString()));
    Thread.ofVirtual().name("heddle look-up of " + host).start(lookUp);
    try {
      return lookUp.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknownHost("has no address; is the name right?", unknown);
      }
      throw new IOException("looking up " + host + " failed", e.getCause());
    } catch (TimeoutException e) {
      String time = written(options.connectTimeout());
      throw unknownHost("could not be looked up within " + time + "; is the name service up?", e);
    }
  }

  private ConnectFailedException unknownHost(String words, Exception cause) {
    return new ConnectFailedException(
        Reason.UNKNOWN_HOST,
        host.written() + ":" + port + " cannot be reached: " + host.written() + " " + words,
        cause);
  }

  /** An address for people: no slash, IPv6 in brackets. */
  static String written(InetSocketAddress address) {
    String literal = address.getAddress().getHostAddress();
    return (literal.indexOf(':') < 0 ? literal : "[" + literal + "]") + ":" + address.getPort();
  }

  /** A time for people: whole seconds, or milliseconds. */
  static String written(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
