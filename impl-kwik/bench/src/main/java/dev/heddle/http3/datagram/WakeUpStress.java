package dev.heddle.http3.datagram;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Waiting and waking under jcstress. A wait ends after ten seconds with -1: a wake-up was lost. An
 * end is -2, an interrupt -3.
 */
public final class WakeUpStress {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int LOST = -1;
  private static final int ENDED = -2;
  private static final int INTERRUPTED = -3;

  private WakeUpStress() {}

  private static DatagramInbox inbox() {
    return new DatagramInbox(0, -1, 4, DropPolicy.NEWEST);
  }

  private static int read(DatagramInbox inbox) {
    try {
      Received received = inbox.read(LIMIT);
      return received == null ? LOST : received.payload()[0];
    } catch (IOException e) {
      return ENDED;
    } catch (InterruptedException e) {
      return INTERRUPTED;
    }
  }

  /** One datagram, one reader. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "The reader got it, waiting or not.")
  @Outcome(expect = FORBIDDEN, desc = "A lost wake-up.")
  @State
  public static class OneReader {
    private final DatagramInbox inbox = inbox();

    @Actor
    public void producer() {
      inbox.deliver(new byte[] {1});
    }

    @Actor
    public void reader(I_Result r) {
      r.r1 = read(inbox);
    }
  }

  /** Two datagrams, two readers, of whom one is their producer. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "The producer read first.")
  @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "The reader was first.")
  @Outcome(expect = FORBIDDEN, desc = "A lost wake-up.")
  @State
  public static class TwoReaders {
    private final DatagramInbox inbox = inbox();

    @Actor
    public void producer(II_Result r) {
      inbox.deliver(new byte[] {1});
      inbox.deliver(new byte[] {2});
      r.r1 = read(inbox);
    }

    @Actor
    public void reader(II_Result r) {
      r.r2 = read(inbox);
    }
  }

  /** A close and a reader. */
  @JCStressTest
  @Outcome(id = "-2", expect = ACCEPTABLE, desc = "The reader got the end, waiting or not.")
  @Outcome(expect = FORBIDDEN, desc = "A lost wake-up.")
  @State
  public static class CloseWakes {
    private final DatagramInbox inbox = inbox();

    @Actor
    public void closer() {
      inbox.close(() -> new IOException("closed"));
    }

    @Actor
    public void reader(I_Result r) {
      r.r1 = read(inbox);
    }
  }

  /** A datagram, a close behind it, and a reader that reads twice. */
  @JCStressTest
  @Outcome(id = "1, -2", expect = ACCEPTABLE, desc = "What came before the close, then the end.")
  @Outcome(expect = FORBIDDEN, desc = "A lost wake-up, or the end too early.")
  @State
  public static class EndFollows {
    private final DatagramInbox inbox = inbox();

    @Actor
    public void producer() {
      inbox.deliver(new byte[] {1});
      inbox.close(() -> new IOException("closed"));
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = read(inbox);
      r.r2 = read(inbox);
    }
  }

  /** A writer that finds its lane full, and the consumer: r1 the writer's, r2 what came last. */
  @JCStressTest
  @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "Written once there was room.")
  @Outcome(expect = FORBIDDEN, desc = "A lost wake-up, or a datagram that never leaves.")
  @State
  public static class RoomWakesAWriter {
    private final SendQueue queue = new SendQueue(0, 1, () -> {});
    private final SendLane lane = queue.session().lane(0, -1);

    /** A lane that is full. */
    public RoomWakesAWriter() {
      try {
        lane.tryWrite(new byte[] {1});
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Actor
    public void writer(II_Result r) {
      r.r1 = ENDED;
      Thread writer = Thread.currentThread();
      Thread guard = Thread.startVirtualThread(() -> interruptLate(writer));
      try {
        lane.write(new byte[] {2});
        r.r1 = 0;
      } catch (InterruptedException e) {
        r.r1 = LOST;
      } catch (IOException e) {
        r.r1 = ENDED;
      } finally {
        guard.interrupt();
      }
    }

    private static void interruptLate(Thread writer) {
      try {
        Thread.sleep(LIMIT);
        writer.interrupt();
      } catch (InterruptedException e) {
        // The writer is done.
      }
    }

    @Actor
    public void consumer() {
      take();
    }

    private int take() {
      int size = queue.nextBytes();
      if (size == SendQueue.NONE) {
        return 0;
      }
      ByteBuffer packet = ByteBuffer.allocate(size);
      queue.writeNext(packet);
      return packet.get(size - 1);
    }

    @Arbiter
    public void last(II_Result r) {
      int taken = take();
      r.r2 = taken == 1 ? take() : taken;
    }
  }

  /** A writer and a consumer: r1 how often ready was told, r2 the size that the consumer saw. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Told, and not seen before.")
  @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "Seen, so that nobody needs to be told.")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "Told before the consumer looked, and seen.")
  @Outcome(expect = FORBIDDEN, desc = "Neither told nor seen, or told twice.")
  @State
  public static class ReadyIsTold {
    private final AtomicInteger told = new AtomicInteger();
    private final SendQueue queue = new SendQueue(4, 4, told::incrementAndGet);
    private final SendLane lane = queue.session().lane(0, -1);

    @Actor
    public void writer() {
      try {
        lane.tryWrite(new byte[1]);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Actor
    public void consumer(II_Result r) {
      r.r2 = Math.max(0, queue.nextBytes());
    }

    @Arbiter
    public void told(II_Result r) {
      r.r1 = told.get();
    }
  }
}
