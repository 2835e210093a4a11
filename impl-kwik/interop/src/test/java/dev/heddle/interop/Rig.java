package dev.heddle.interop;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The programs that the tests share, each started when a test first asks for it and ended after the
 * last test. A test class names it in {@code @ExtendWith}, a test method takes it as a parameter.
 */
final class Rig implements AutoCloseable {
  private SampleServer server;
  private Peer raw;
  private Peer client;
  private Peer goServer;

  /** The sample server: one for all attacks, so that it has to live through them all. */
  synchronized SampleServer server() {
    if (server == null) {
      server = new SampleServer();
    }
    return server;
  }

  /**
   * The server that the tables are played to: the sample server, or with {@code
   * -Dinterop.target=quic-go} quic-go's, to compare.
   */
  Target target() {
    return System.getProperty("interop.target", "").equals("quic-go")
        ? Target.of(goServer().greeting)
        : server().target();
  }

  /** Whether the server still runs that the tables are played to. */
  boolean targetLives() {
    return System.getProperty("interop.target") != null || server().isAlive();
  }

  synchronized Peer raw() {
    if (raw == null) {
      raw = Peer.raw();
    }
    return raw;
  }

  /** quic-go's HTTP/3 client. */
  synchronized Peer client() {
    if (client == null) {
      client = Peer.client();
    }
    return client;
  }

  /** quic-go's HTTP/3 server. */
  synchronized Peer goServer() {
    if (goServer == null) {
      goServer = Peer.server();
    }
    return goServer;
  }

  @Override
  public synchronized void close() {
    for (AutoCloseable program : new AutoCloseable[] {server, raw, client, goServer}) {
      if (program != null) {
        try {
          program.close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** Gives the one rig to test methods. */
  static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Rig.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(Rig.class))
          .computeIfAbsent(Rig.class);
    }
  }
}
