package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.http3.wire.VarInt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The receive path and threads that open sessions and contexts, at the same time. */
class DemuxThreadsTest {
  private static final EarlyLimits LIMITS = new EarlyLimits(64, 65_536, Duration.ofSeconds(30));
  private static final int DATAGRAMS = 60;

  /** Every datagram of a session and context that open meanwhile is delivered, and in order. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLostOrOvertakenWhileASessionOpens(boolean contexts) throws Exception {
    for (int round = 0; round < 2_000; round++) {
      DatagramDemux demux = new DatagramDemux(LIMITS, streamId -> true);
      DatagramInbox inbox = new DatagramInbox(4, contexts ? 2 : -1, 256, DropPolicy.NEWEST);
      CompletableFuture<Void> opening =
          CompletableFuture.runAsync(() -> {
            SessionDatagrams session = demux.open(4, e -> {});
            if (contexts) {
              session.contexts();
              session.add(2, inbox);
            } else {
              session.noContext(inbox);
            }
          });
      for (int i = 0; i < DATAGRAMS; i++) {
        demux.receive(datagram(1, contexts ? 2 : -1, i));
        if (i == round % DATAGRAMS) {
          Thread.yield();
        }
      }
      opening.get(10, TimeUnit.SECONDS);
      assertThat(numbers(inbox)).isEqualTo(upTo(DATAGRAMS));
    }
  }

  /** The capsule thread beside the receive path: each in its own order. */
  @Test
  void capsulesAndQuicDatagramsKeepTheirOrders() throws Exception {
    for (int round = 0; round < 1_000; round++) {
      DatagramDemux demux = new DatagramDemux(LIMITS, streamId -> true);
      SessionDatagrams session = demux.open(4, e -> {});
      DatagramInbox inbox = new DatagramInbox(4, 2, 256, DropPolicy.NEWEST);
      CompletableFuture<Void> capsules =
          CompletableFuture.runAsync(() -> {
            try {
              for (int i = 0; i < 30; i++) {
                session.receiveCapsule(withContext(2, 1_000 + i).array());
              }
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      CompletableFuture<Void> opening =
          CompletableFuture.runAsync(() -> {
            session.contexts();
            session.add(2, inbox);
          });
      for (int i = 0; i < 30; i++) {
        demux.receive(datagram(1, 2, i));
      }
      capsules.get(10, TimeUnit.SECONDS);
      opening.get(10, TimeUnit.SECONDS);
      List<Long> all = numbers(inbox);
      assertThat(all.stream().filter(number -> number < 1_000).toList()).isEqualTo(upTo(30));
      assertThat(
              all.stream().filter(number -> number >= 1_000).map(number -> number - 1_000).toList())
          .isEqualTo(upTo(30));
    }
  }

  private static ByteBuffer withContext(long contextId, long number) {
    ByteBuffer datagram = ByteBuffer.allocate(VarInt.size(contextId) + 8);
    VarInt.encode(contextId, datagram);
    return datagram.putLong(number).flip();
  }

  private static ByteBuffer datagram(long quarterStreamId, long contextId, long number) {
    ByteBuffer datagram = ByteBuffer.allocate(24);
    VarInt.encode(quarterStreamId, datagram);
    if (contextId >= 0) {
      VarInt.encode(contextId, datagram);
    }
    return datagram.putLong(number).flip();
  }

  private static List<Long> numbers(DatagramInbox inbox) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (Received next = inbox.poll(); next != null; next = inbox.poll()) {
      numbers.add(Numbered.number(next.payload()));
    }
    return numbers;
  }

  private static List<Long> upTo(long end) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < end; i++) {
      numbers.add(i);
    }
    return numbers;
  }
}
