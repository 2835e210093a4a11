package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.VarInt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many datagrams through demultiplexer and rings, each context with a reader of its own: every one
 * is delivered once and in order, or dropped and counted.
 */
class DatagramRunTest {
  private static final int SESSIONS = 4;
  private static final int CONTEXTS = 2;
  private static final EarlyLimits LIMITS = new EarlyLimits(8, 65_536, Duration.ofSeconds(1));

  @Test
  void aMillionDatagramsArriveInOrderOrAreCounted() throws Exception {
    run(1_000_000, DropPolicy.OLDEST);
    run(1_000_000, DropPolicy.NEWEST);
  }

  @Test
  void aMillionDatagramsArriveInOrderWhereTheProducerGivesWay() throws Exception {
    run(1_000_000, null);
  }

  @Test
  @Tag("soak")
  void aHundredMillionDatagramsArriveInOrder() throws Exception {
    run(100_000_000, null);
  }

  @Test
  @Tag("soak")
  void aHundredMillionDatagramsArriveInOrderOrAreCounted() throws Exception {
    run(100_000_000, DropPolicy.OLDEST);
  }

  /** Without a policy the producer waits for room, so that all of them must be delivered. */
  private static void run(long datagrams, DropPolicy policy) throws Exception {
    DatagramDemux demux = new DatagramDemux(LIMITS, streamId -> true);
    List<DatagramInbox> inboxes = new ArrayList<>();
    List<CompletableFuture<Long>> readers = new ArrayList<>();
    for (int s = 0; s < SESSIONS; s++) {
      SessionDatagrams session = demux.open(4L * s, e -> {});
      session.contexts();
      for (int c = 0; c < CONTEXTS; c++) {
        DropPolicy used = policy == null ? DropPolicy.NEWEST : policy;
        DatagramInbox inbox = new DatagramInbox(4L * s, 2L * c, 256, used);
        session.add(2L * c, inbox);
        inboxes.add(inbox);
        readers.add(reader(inbox));
      }
    }
    long[] sent = send(demux, inboxes, datagrams, policy == null);
    for (DatagramInbox inbox : inboxes) {
      inbox.close(() -> new IOException("done"));
    }
    long delivered = 0;
    for (int i = 0; i < inboxes.size(); i++) {
      DatagramInbox inbox = inboxes.get(i);
      long read = readers.get(i).get(60, TimeUnit.SECONDS);
      delivered += read;
      assertThat(inbox.received()).isEqualTo(sent[i]);
      assertThat(inbox.delivered()).isEqualTo(read);
      assertThat(read + inbox.dropped(DropReason.RING_FULL)).isEqualTo(sent[i]);
    }
    if (policy == null) {
      assertThat(delivered).isEqualTo(datagrams);
    }
  }

  private static long[] send(
      DatagramDemux demux, List<DatagramInbox> inboxes, long datagrams, boolean givingWay)
      throws ProtocolException {
    long[] sent = new long[inboxes.size()];
    ByteBuffer frame = ByteBuffer.allocate(24);
    for (long i = 0; i < datagrams; i++) {
      int to = (int) (i % inboxes.size());
      DatagramInbox inbox = inboxes.get(to);
      // The producer counts by itself: what stands in the ring is what was sent and not delivered.
      while (givingWay && sent[to] - inbox.delivered() >= 256) {
        Thread.onSpinWait();
      }
      frame.clear();
      VarInt.encode(to / CONTEXTS, frame);
      VarInt.encode(to % CONTEXTS * 2L, frame);
      demux.receive(frame.putLong(sent[to]++).flip());
    }
    return sent;
  }

  private static CompletableFuture<Long> reader(DatagramInbox inbox) {
    CompletableFuture<Long> read = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      long last = -1;
      long count = 0;
      try {
        while (true) {
          long number = Numbered.number(inbox.read().payload());
          if (number <= last) {
            throw new AssertionError(number + " after " + last);
          }
          last = number;
          count++;
        }
      } catch (IOException e) {
        read.complete(count);
      } catch (Throwable e) {
        read.completeExceptionally(e);
      }
    });
    return read;
  }
}
