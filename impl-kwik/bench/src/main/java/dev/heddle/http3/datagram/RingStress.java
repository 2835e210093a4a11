package dev.heddle.http3.datagram;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The ring under jcstress. Datagrams are numbers from 1, 0 stands for none; an offer gives 1 where
 * it was stored, 2 where the oldest made room, 3 where it was refused because the ring was full, 4
 * because it was closed.
 */
public final class RingStress {
  private RingStress() {}

  private static byte[] datagram(int number) {
    return new byte[] {(byte) number};
  }

  private static int poll(DatagramRing ring) {
    byte[] datagram = ring.poll();
    return datagram == null ? 0 : datagram[0];
  }

  private static int offer(DatagramRing ring, int number) {
    return ring.offer(datagram(number)).ordinal() + 1;
  }

  private static DatagramRing ring(int capacity, DropPolicy policy, int content) {
    DatagramRing ring = new DatagramRing(capacity, policy);
    for (int i = 1; i <= content; i++) {
      offer(ring, i);
    }
    return ring;
  }

  /** Two offers, two reads. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Both reads before the first offer.")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The first offer between the reads.")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Both reads before the second offer.")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "Each read behind its offer.")
  @Outcome(expect = FORBIDDEN, desc = "Out of order, twice, or not written yet.")
  @State
  public static class InOrder {
    private final DatagramRing ring = ring(2, DropPolicy.NEWEST, 0);

    @Actor
    public void producer() {
      offer(ring, 1);
      offer(ring, 2);
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = poll(ring);
      r.r2 = poll(ring);
    }
  }

  /** Two readers and two datagrams that are there. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "The first reader was first.")
  @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "The second reader was first.")
  @Outcome(expect = FORBIDDEN, desc = "One datagram twice, or one not found.")
  @State
  public static class TwoReaders {
    private final DatagramRing ring = ring(2, DropPolicy.NEWEST, 2);

    @Actor
    public void first(II_Result r) {
      r.r1 = poll(ring);
    }

    @Actor
    public void second(II_Result r) {
      r.r2 = poll(ring);
    }
  }

  /**
   * A full ring that drops its oldest: r1 the reader's, r2 the offer's outcome, r3 what is left.
   */
  @JCStressTest
  @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "The reader made room.")
  @Outcome(id = "2, 2, 0", expect = ACCEPTABLE, desc = "The oldest was dropped, the newest read.")
  @Outcome(id = "0, 2, 2", expect = ACCEPTABLE, desc = "Read between the drop and the store.")
  @Outcome(expect = FORBIDDEN, desc = "A datagram lost, read twice, or read and dropped.")
  @State
  public static class DropOldest {
    private final DatagramRing ring = ring(1, DropPolicy.OLDEST, 1);

    @Actor
    public void producer(III_Result r) {
      r.r2 = offer(ring, 2);
    }

    @Actor
    public void reader(III_Result r) {
      r.r1 = poll(ring);
    }

    @Arbiter
    public void left(III_Result r) {
      r.r3 = poll(ring);
    }
  }

  /**
   * The slot is used again under its reader: r1 the reader's, r2 the outcome of the offer of 3, r3
   * and r4 what is left.
   */
  @JCStressTest
  @Outcome(
      id = "1, 2, 3, 0",
      expect = ACCEPTABLE,
      desc = "It read the first, the second was dropped.")
  @Outcome(
      id = "2, 1, 3, 0",
      expect = ACCEPTABLE,
      desc = "The first was dropped, it read the second.")
  @Outcome(id = "3, 2, 0, 0", expect = ACCEPTABLE, desc = "Two were dropped, it read the third.")
  @Outcome(id = "0, 2, 3, 0", expect = ACCEPTABLE, desc = "Read between a drop and its store.")
  @Outcome(expect = FORBIDDEN, desc = "A datagram lost or read twice.")
  @State
  public static class SlotUsedAgain {
    private final DatagramRing ring = ring(1, DropPolicy.OLDEST, 1);

    @Actor
    public void producer(IIII_Result r) {
      offer(ring, 2);
      r.r2 = offer(ring, 3);
    }

    @Actor
    public void reader(IIII_Result r) {
      r.r1 = poll(ring);
    }

    @Arbiter
    public void left(IIII_Result r) {
      r.r3 = poll(ring);
      r.r4 = poll(ring);
    }
  }

  /** A full ring that refuses: r1 the reader's, r2 the offer's outcome, r3 what is left. */
  @JCStressTest
  @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "The reader made room.")
  @Outcome(id = "1, 3, 0", expect = ACCEPTABLE, desc = "Refused before the reader made room.")
  @Outcome(expect = FORBIDDEN, desc = "A datagram lost, read twice, or the oldest dropped.")
  @State
  public static class DropNewest {
    private final DatagramRing ring = ring(1, DropPolicy.NEWEST, 1);

    @Actor
    public void producer(III_Result r) {
      r.r2 = offer(ring, 2);
    }

    @Actor
    public void reader(III_Result r) {
      r.r1 = poll(ring);
    }

    @Arbiter
    public void left(III_Result r) {
      r.r3 = poll(ring);
    }
  }

  /** The array doubles under its reader: r1 the reader's, r2 the offer's, r3 the last one left. */
  @JCStressTest
  @Outcome(id = "1, 1, 9", expect = ACCEPTABLE, desc = "Everything is there, and in order.")
  @Outcome(expect = FORBIDDEN, desc = "A datagram lost, read twice, or out of order.")
  @State
  public static class Growth {
    private final DatagramRing ring = ring(16, DropPolicy.OLDEST, 8);

    @Actor
    public void producer(III_Result r) {
      r.r2 = offer(ring, 9);
    }

    @Actor
    public void reader(III_Result r) {
      r.r1 = poll(ring);
    }

    @Arbiter
    public void left(III_Result r) {
      r.r3 = r.r1;
      for (int next = poll(ring); next != 0; next = poll(ring)) {
        r.r3 = next == r.r3 + 1 ? next : -1;
      }
    }
  }

  /** An offer and a close: r1 the offer's outcome, r2 what is there behind both. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Stored before the close.")
  @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "Refused behind the close.")
  @Outcome(expect = FORBIDDEN, desc = "Stored and not there, or refused and there.")
  @State
  public static class Close {
    private final DatagramRing ring = ring(2, DropPolicy.NEWEST, 0);

    @Actor
    public void producer(II_Result r) {
      r.r1 = offer(ring, 1);
    }

    @Actor
    public void closer() {
      ring.close();
    }

    @Arbiter
    public void left(II_Result r) {
      r.r2 = poll(ring);
    }
  }

  /**
   * A reader that has seen the close and then finds nothing may tell its caller the end: r1 whether
   * it saw the close, r2 what it read then, r3 what is there behind all.
   */
  @JCStressTest
  @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "Closed, and what came before was read.")
  @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "Not closed yet, read before the offer.")
  @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "Not closed yet, and read.")
  @Outcome(expect = FORBIDDEN, desc = "Something comes after the end.")
  @State
  public static class EndIsTheEnd {
    private final DatagramRing ring = ring(2, DropPolicy.NEWEST, 0);

    @Actor
    public void producer() {
      offer(ring, 1);
      ring.close();
      offer(ring, 2);
    }

    @Actor
    public void reader(III_Result r) {
      r.r1 = ring.closed() ? 1 : 0;
      r.r2 = poll(ring);
    }

    @Arbiter
    public void left(III_Result r) {
      r.r3 = poll(ring);
    }
  }
}
