package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a received datagram costs in memory: its payload, and at most 32 bytes. */
class AllocationTest {
  private static final int PAYLOAD_BYTES = 104;
  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int BEYOND_PAYLOAD_BYTES = 32;
  private static final int ROUNDS = 100_000;

  @Test
  void aDatagramCostsItsPayloadAndLittleElse() throws Exception {
    DatagramDemux demux =
        new DatagramDemux(new EarlyLimits(8, 65_536, Duration.ofSeconds(1)), streamId -> true);
    SessionDatagrams session = demux.open(400, e -> {});
    DatagramInbox inbox = new DatagramInbox(400, 1_000, 256, DropPolicy.OLDEST);
    session.contexts();
    session.add(1_000, inbox);
    ByteBuffer frame = ByteBuffer.allocate(4 + PAYLOAD_BYTES);
    frame.putShort((short) (0x4000 | 100)).putShort((short) (0x4000 | 1_000)).rewind();
    exchange(demux, inbox, frame); // compiles, and grows the ring
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    exchange(demux, inbox, frame);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    assertThat(each).isBetween((long) PAYLOAD_BYTES, limit());
  }

  private static long limit() {
    return PAYLOAD_BYTES + ARRAY_HEADER_BYTES + BEYOND_PAYLOAD_BYTES;
  }

  private static void exchange(DatagramDemux demux, DatagramInbox inbox, ByteBuffer frame)
      throws IOException, InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      demux.receive(frame.rewind());
      inbox.read();
    }
  }
}
