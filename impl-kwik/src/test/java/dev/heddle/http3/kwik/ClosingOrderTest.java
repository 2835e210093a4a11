package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.spi.Trust;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kwik.core.QuicClientConnection;

/**
 * RFC 9000 §10.2.1: nothing but CONNECTION_CLOSE is sent by a side that closes. Threads that learn
 * of the close give their streams up, before CONNECTION_CLOSE has left.
 */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class ClosingOrderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void noResetOvertakesTheClose() throws Exception {
    CompletableFuture<IOException> met = new CompletableFuture<>();
    CompletableFuture<Boolean> reading = new CompletableFuture<>();
    try (Http3Server server =
        Http3Server.builder()
            .certificate(Loopback.CERTIFICATE)
            .handler(session -> {
              reading.complete(true);
              met.complete(howItEnds(session));
            })
            .start()) {
      KwikConnection connection = connected(server);
      QuicStream[] stream = new QuicStream[1];
      connection.start(
          unused -> {},
          end -> {
            stream[0].reset(0x102);
            stream[0].stopSending(0x102);
          });
      stream[0] = connection.openStream(true);
      stream[0].write(false, ByteBuffer.wrap(Octets.request("POST")));
      assertThat(reading.get(10, TimeUnit.SECONDS)).isTrue();
      connection.close(0x100, "enough");
      assertThat(met.get(10, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              ConnectionClosedException.class,
              closed -> {
                assertThat(closed.origin()).isEqualTo(Origin.PEER);
                assertThat(closed.code()).contains(ErrorCode.H3_NO_ERROR);
              });
    }
  }

  private static IOException howItEnds(Session session) throws IOException {
    try {
      session.bodyReader().readAllBytes();
      session.respond(Headers.status(200));
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private static KwikConnection connected(Http3Server server) throws Exception {
    HostName host = HostName.of("127.0.0.1");
    Acceptance acceptance = Acceptance.of(new Trust.EveryServer(), host);
    QuicClientConnection kwik =
        new Attempt(host, server.localAddress(), acceptance, Limits.defaults(), true, PATIENCE)
            .connect(PATIENCE);
    return new KwikConnection(kwik, true, kwik.getLocalAddress(), server.localAddress(), () -> {});
  }
}
