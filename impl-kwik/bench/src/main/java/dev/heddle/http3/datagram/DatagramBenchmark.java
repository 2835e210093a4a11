package dev.heddle.http3.datagram;

import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.VarInt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a datagram costs on its way in and out, on one thread, with nobody waiting. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DatagramBenchmark {
  private static final int SESSIONS = 100;
  private static final int PAYLOAD_BYTES = 100;
  private static final EarlyLimits LIMITS = new EarlyLimits(8, 65_536, Duration.ofSeconds(1));

  /** Contexts over all sessions. */
  @Param({"1", "100", "10000"})
  public int contexts;

  private final byte[] datagram = new byte[PAYLOAD_BYTES];
  private DatagramRing ring;
  private DatagramDemux demux;
  private ByteBuffer[] frames;
  private DatagramInbox[] inboxes;
  private SendQueue queue;
  private SendLane[] lanes;
  private LongTable<DatagramInbox> table;
  private ConcurrentHashMap<Long, DatagramInbox> map;
  private final ByteBuffer packet = ByteBuffer.allocate(1_500);
  private int next;

  /** Opens all sessions and contexts. */
  @Setup
  public void open() {
    ring = new DatagramRing(256, DropPolicy.OLDEST);
    demux = new DatagramDemux(LIMITS, streamId -> true);
    queue = new SendQueue(1_024, 256, () -> {});
    frames = new ByteBuffer[contexts];
    inboxes = new DatagramInbox[contexts];
    lanes = new SendLane[contexts];
    table = new LongTable<>();
    map = new ConcurrentHashMap<>();
    int sessions = Math.min(contexts, SESSIONS);
    for (int s = 0; s < sessions; s++) {
      SessionDatagrams session = demux.open(4L * s, e -> {});
      session.contexts();
      SendQueue.Group group = queue.session();
      for (int i = s; i < contexts; i += sessions) {
        long contextId = 2L * (i / sessions);
        inboxes[i] = new DatagramInbox(4L * s, contextId, 256, DropPolicy.OLDEST);
        session.add(contextId, inboxes[i]);
        lanes[i] = group.lane(4L * s, contextId);
        frames[i] = frame(s, contextId);
        table.put(i, inboxes[i]);
        map.put((long) i, inboxes[i]);
      }
    }
  }

  private static ByteBuffer frame(long quarterStreamId, long contextId) {
    ByteBuffer frame = ByteBuffer.allocate(16 + PAYLOAD_BYTES);
    VarInt.encode(quarterStreamId, frame);
    VarInt.encode(contextId, frame);
    return frame.put(new byte[PAYLOAD_BYTES]).flip();
  }

  private int turn() {
    next = next + 1 == contexts ? 0 : next + 1;
    return next;
  }

  /** Into the ring and out again, without a copy. */
  @Benchmark
  public byte[] ring() {
    // The ring takes an array once: a new one, as the copy of a payload is.
    ring.offer(new byte[PAYLOAD_BYTES]);
    return ring.poll();
  }

  /** A frame's payload to its context's reader. */
  @Benchmark
  public byte[] demultiplexAndRead() throws IOException, InterruptedException {
    int turn = turn();
    demux.receive(frames[turn].rewind());
    return inboxes[turn].read().payload();
  }

  /** A frame's payload to a context that nobody reads: the oldest is dropped. */
  @Benchmark
  public void demultiplexAndDrop() throws ProtocolException {
    demux.receive(frames[turn()].rewind());
  }

  /** From a writer into a packet. */
  @Benchmark
  public int writeAndPack() throws IOException {
    lanes[turn()].tryWrite(datagram);
    queue.nextBytes();
    queue.writeNext(packet.clear());
    return packet.position();
  }

  /** The table alone. */
  @Benchmark
  public DatagramInbox lookUp() {
    return table.get(turn());
  }

  /** What the table is in place of. */
  @Benchmark
  public DatagramInbox lookUpInConcurrentHashMap() {
    return map.get((long) turn());
  }
}
