package dev.heddle.http3.kwik;

import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.SessionConnection;
import dev.heddle.SessionHandler;
import dev.heddle.loom.LossyUdpProxy;
import dev.heddle.loom.LossyUdpProxy.Faults;
import java.net.URI;
import java.time.Duration;

/** A server behind a network that loses, duplicates, reorders and delays datagrams. */
record FaultyNetwork(Http3Server server, LossyUdpProxy proxy, Limits limits) {
  /** Loss, duplicates and reordering with the same probability, on a path of 2 ms each way. */
  static Faults faults(double probability) {
    return new Faults(
        probability, probability, probability, Duration.ofMillis(2), Duration.ofMillis(5));
  }

  /** Something done over such a network. */
  interface Scenario {
    void play(FaultyNetwork network) throws Exception;
  }

  static void play(Faults faults, SessionHandler handler, Scenario scenario) throws Exception {
    play(faults, Limits.defaults(), handler, scenario);
  }

  /**
   * Plays a scenario; a failure names the seed, and {@code -Dheddle.seed} plays with it again.
   *
   * @param handler null for a server that accepts
   */
  static void play(Faults faults, Limits limits, SessionHandler handler, Scenario scenario)
      throws Exception {
    long seed = Long.getLong("heddle.seed", System.nanoTime());
    Http3Server.Builder builder =
        Http3Server.builder().certificate(Loopback.CERTIFICATE).limits(limits);
    Http3Server server = (handler == null ? builder : builder.handler(handler)).start();
    try (server;
        LossyUdpProxy proxy = new LossyUdpProxy(server.localAddress(), seed, faults)) {
      scenario.play(new FaultyNetwork(server, proxy, limits));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Dheddle.seed=" + seed + ": " + e, e);
    }
  }

  URI uri() {
    return URI.create("https://127.0.0.1:" + proxy.address().getPort() + "/");
  }

  SessionConnection connect() throws Exception {
    return Loopback.client().limits(limits).connectTimeout(Duration.ofSeconds(30)).connect(uri());
  }
}
