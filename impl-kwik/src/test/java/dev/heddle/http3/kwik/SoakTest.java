package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.DatagramOptions;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.SessionConnection;
import dev.heddle.http3.session.HeddleConnection;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.loom.LossyUdpProxy;
import dev.heddle.spi.Trust;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.loom.LoomConnection;

/**
 * Everything at once for a while, on a good network and then on a bad one. No byte is wrong, and at
 * the end nothing is left: no thread, no socket, no stream in a table, no request in progress.
 */
@ExtendWith({NoLeaks.class, NoErrors.class})
class SoakTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Limits LIMITS = Limits.builder().maxResetsPerSecond(1_000_000).build();

  /** The two control streams, which live as long as their connection. */
  private static final int STREAMS_LEFT = 2;

  private static final int LARGE = 2 << 20;
  private static final int SMALL = 50_000;

  @Test
  @Timeout(120)
  void forAMoment() throws Exception {
    soak(Duration.ofSeconds(3), Duration.ofSeconds(3));
  }

  @Test
  @Tag("soak")
  @Timeout(600)
  void forMinutes() throws Exception {
    soak(Duration.ofSeconds(210), Duration.ofSeconds(60));
  }

  private static void soak(Duration onAGoodNetwork, Duration onABadOne) throws Exception {
    long seed = Long.getLong("heddle.seed", System.nanoTime());
    try (Http3Server server =
        Http3Server.builder()
            .certificate(Loopback.CERTIFICATE)
            .limits(LIMITS)
            .handler(SoakEndpoints::answer)
            .start()) {
      load(server.localAddress(), LARGE, onAGoodNetwork, seed);
      try (LossyUdpProxy proxy =
          new LossyUdpProxy(server.localAddress(), seed, FaultyNetwork.faults(0.01))) {
        load(proxy.address(), SMALL, onABadOne, seed);
      }
      long start = System.nanoTime();
      server.shutdown(PATIENCE);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("with nothing in progress a shutdown waits for nobody")
          .isLessThan(PATIENCE);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Dheddle.seed=" + seed + ": " + e, e);
    }
  }

  private static void load(InetSocketAddress server, int largestUpload, Duration time, long seed)
      throws Exception {
    QuicClientConnection kwik = connected(server);
    try (SessionConnection connection =
        HeddleConnection.client(
            new KwikConnection(kwik, true, kwik.getLocalAddress(), server, () -> {}),
            LIMITS,
            DatagramOptions.defaults())) {
      URI uri = URI.create("https://127.0.0.1:" + server.getPort() + "/");
      Map<SoakLoad.Kind, LongAdder> done =
          new SoakLoad(connection, uri, largestUpload, time).run(seed);
      System.Logger log = System.getLogger(SoakTest.class.getName());
      log.log(System.Logger.Level.INFO, () -> time + " to " + server + ": " + done);
      done.forEach((kind, times) -> assertThat(times.sum()).as("%s", kind).isPositive());
      LoomConnection streams = LoomConnection.from(kwik);
      Eventually.until(PATIENCE, () -> streams.streamCount() <= STREAMS_LEFT);
      long start = System.nanoTime();
      connection.shutdown(PATIENCE);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    }
  }

  private static QuicClientConnection connected(InetSocketAddress server) throws Exception {
    HostName host = HostName.of("127.0.0.1");
    Acceptance acceptance = Acceptance.of(new Trust.EveryServer(), host);
    return new Attempt(host, server, acceptance, LIMITS, true, PATIENCE).connect(PATIENCE);
  }
}
