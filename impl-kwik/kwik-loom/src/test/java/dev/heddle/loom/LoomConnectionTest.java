package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEndedException;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.loom.LoomStream;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LoomConnectionTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static CompletableFuture<ConnectionEnd> end(LoomConnection connection) {
    CompletableFuture<ConnectionEnd> end = new CompletableFuture<>();
    connection.onEnd(end::complete);
    return end;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x100, (1L << 62) - 1})
  void theApplicationCodeAndReasonOfACloseArrive(long code) throws Exception {
    try (LoomPair pair = new LoomPair()) {
      LoomStream stream = pair.client.openStream(true);
      CompletableFuture<Throwable> reader = reader(stream);
      pair.kwikServer.close(code, "done here");
      assertThat(end(pair.client))
          .succeedsWithin(LIMIT)
          .isEqualTo(new ConnectionEnd(ConnectionEnd.Cause.CLOSED, true, true, code, "done here"));
      assertThat(reader)
          .succeedsWithin(LIMIT)
          .isInstanceOfSatisfying(
              ConnectionEndedException.class,
              e -> {
                assertThat(e.code()).isEqualTo(code);
                assertThat(e.application()).isTrue();
                assertThat(e.byPeer()).isTrue();
                assertThat(e.reason()).isEqualTo("done here");
              });
      assertThat(pair.server.end().orElseThrow())
          .isEqualTo(new ConnectionEnd(ConnectionEnd.Cause.CLOSED, false, true, code, "done here"));
      assertThatThrownBy(() -> stream.write(false, ByteBuffer.allocate(1)))
          .isInstanceOf(ConnectionEndedException.class);
      assertThatThrownBy(() -> pair.client.openStream(true))
          .isInstanceOf(ConnectionEndedException.class);
    }
  }

  private static CompletableFuture<Throwable> reader(LoomStream stream) {
    CompletableFuture<Throwable> ending = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        stream.read(new byte[1], 0, 1);
      } catch (Throwable e) {
        ending.complete(e);
      }
    });
    return ending;
  }

  @Test
  void theTransportCodeOfACloseArrives() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      pair.kwikServer.close(TransportErrorCode.INTERNAL_ERROR, "oops");
      assertThat(end(pair.client))
          .succeedsWithin(LIMIT)
          .isEqualTo(new ConnectionEnd(ConnectionEnd.Cause.CLOSED, true, false, 1, "oops"));
    }
  }

  @Test
  void bytesAndEndThatWereReceivedCanBeReadAfterTheClose() throws Exception {
    try (LoomPair pair = new LoomPair()) {
      pair.client.openStream(true).write(true, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      LoomStream atServer = pair.nextAtServer();
      assertThat(pair.client.awaitAcknowledged(LIMIT)).isTrue();
      pair.kwikClient.close(0, "");
      assertThat(end(pair.server)).succeedsWithin(LIMIT);
      assertThat(atServer.read(new byte[10], 0, 10)).isEqualTo(3);
      assertThat(atServer.read(new byte[10], 0, 10)).isEqualTo(-1);
    }
  }

  @Test
  void idleTimeOutEndsTheConnection() throws Exception {
    try (Loopback loopback = new Loopback(Loopback.Sizes.NORMAL, null, null)) {
      QuicClientConnection client =
          loopback.client().maxIdleTimeout(Duration.ofMillis(900)).build();
      client.connect();
      assertThat(end(LoomConnection.from(client)))
          .succeedsWithin(LIMIT)
          .extracting(ConnectionEnd::cause)
          .isEqualTo(ConnectionEnd.Cause.IDLE_TIMEOUT);
    }
  }

  @Test
  void openingWaitsForCreditInOrder() throws Exception {
    try (LoomPair pair = new LoomPair(Loopback.Sizes.NORMAL.withStreams(2), null)) {
      List<LoomStream> open = new ArrayList<>();
      open.add(pair.client.openStream(true));
      open.add(pair.client.openStream(true));
      assertThat(pair.client.tryOpenStream(true)).isEmpty();
      List<CompletableFuture<LoomStream>> waiting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiting.add(opening(pair.client));
      }
      for (int i = 0; i < 3; i++) {
        finish(pair, open.get(i));
        assertThat(waiting.get(i)).succeedsWithin(LIMIT);
        open.add(waiting.get(i).get());
        assertThat(open.get(i + 2).streamId()).isEqualTo(4L * (i + 2));
      }
    }
  }

  private static CompletableFuture<LoomStream> opening(LoomConnection connection) {
    CompletableFuture<LoomStream> opened = new CompletableFuture<>();
    Thread thread =
        Thread.startVirtualThread(() -> {
          try {
            opened.complete(connection.openStream(true));
          } catch (Exception e) {
            opened.completeExceptionally(e);
          }
        });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return opened;
  }

  private static void finish(LoomPair pair, LoomStream stream) throws Exception {
    stream.write(true, ByteBuffer.allocate(1));
    LoomStream atServer = pair.nextAtServer();
    byte[] buffer = new byte[10];
    while (atServer.read(buffer, 0, 10) >= 0) {}
    atServer.write(true);
    assertThat(stream.read(buffer, 0, 10)).isEqualTo(-1);
  }

  @Test
  void anInterruptEndsTheWaitForCredit() throws Exception {
    try (LoomPair pair = new LoomPair(Loopback.Sizes.NORMAL.withStreams(1), null)) {
      LoomStream first = pair.client.openStream(true);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> pair.client.openStream(true))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      CompletableFuture<LoomStream> next = opening(pair.client);
      finish(pair, first);
      assertThat(next).succeedsWithin(LIMIT);
    }
  }

  @Test
  void theEndOfTheConnectionEndsTheWaitForCredit() throws Exception {
    try (LoomPair pair = new LoomPair(Loopback.Sizes.NORMAL.withStreams(1), null)) {
      pair.client.openStream(true);
      CompletableFuture<LoomStream> waiting = opening(pair.client);
      pair.kwikClient.close();
      assertThat(waiting)
          .failsWithin(LIMIT)
          .withThrowableOfType(java.util.concurrent.ExecutionException.class)
          .withCauseInstanceOf(ConnectionEndedException.class);
    }
  }

  @Test
  void streamsThatCameBeforeTheCallbackAreDeliveredInOrder() throws Exception {
    try (Loopback loopback = new Loopback(Loopback.Sizes.NORMAL, null, null)) {
      LoomConnection client = LoomConnection.from(loopback.connect());
      LoomConnection server = LoomConnection.from(loopback.accepted());
      for (int i = 0; i < 20; i++) {
        client.openStream(true).write(true, ByteBuffer.allocate(1));
      }
      assertThat(client.awaitAcknowledged(LIMIT)).isTrue();
      List<Long> ids = new ArrayList<>();
      server.onPeerStream(stream -> ids.add(stream.streamId()));
      assertThat(ids).hasSize(20).isSorted().startsWith(0L, 4L, 8L);
    }
  }

  @Test
  void awaitAcknowledgedReturnsFalseWhileThePeerIsSilent() throws Exception {
    try (LoomPair pair = new LoomPair(Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.NONE)) {
      LoomStream stream = pair.client.openStream(true);
      pair.loopback.proxy().blackHole(true);
      stream.write(true, ByteBuffer.allocate(100));
      assertThat(pair.client.awaitAcknowledged(Duration.ofMillis(100))).isFalse();
      pair.loopback.proxy().blackHole(false);
      assertThat(pair.client.awaitAcknowledged(LIMIT)).isTrue();
    }
  }

  @Test
  void openingBeforeTheHandshakeIsRefused() throws Exception {
    try (Loopback loopback = new Loopback(Loopback.Sizes.NORMAL, null, null)) {
      QuicClientConnection client = loopback.client().build();
      assertThatThrownBy(() -> LoomConnection.from(client).openStream(true))
          .isInstanceOf(IOException.class)
          .hasMessage("not connected");
      client.close();
    }
  }
}
