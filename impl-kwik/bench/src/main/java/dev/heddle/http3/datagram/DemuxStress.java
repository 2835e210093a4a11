package dev.heddle.http3.datagram;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The demultiplexer's table and what opens while datagrams come, under jcstress. */
public final class DemuxStress {
  private static final EarlyLimits LIMITS = new EarlyLimits(8, 1_000, Duration.ofDays(1));

  private DemuxStress() {}

  private static int poll(DatagramInbox inbox) {
    try {
      Received received = inbox.poll();
      return received == null ? 0 : received.payload()[0];
    } catch (IOException e) {
      return -1;
    }
  }

  /** A datagram before, one while a session opens: both come, and in order. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "Both, in order.")
  @Outcome(expect = FORBIDDEN, desc = "One lost, left waiting, or overtaken.")
  @State
  public static class SessionOpens {
    private final DatagramDemux demux = new DatagramDemux(LIMITS, id -> true);
    private final DatagramInbox inbox = new DatagramInbox(0, -1, 8, DropPolicy.NEWEST);

    private void receive(int number) {
      try {
        demux.receive(ByteBuffer.wrap(new byte[] {0, (byte) number}));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Actor
    public void receivePath() {
      receive(1);
      receive(2);
    }

    @Actor
    public void opener() {
      demux.open(0, e -> {}).noContext(inbox);
    }

    @Arbiter
    public void read(II_Result r) {
      r.r1 = poll(inbox);
      r.r2 = poll(inbox);
    }
  }

  /** The same with a context of a session that is there. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "Both, in order.")
  @Outcome(expect = FORBIDDEN, desc = "One lost, left waiting, or overtaken.")
  @State
  public static class ContextOpens {
    private final DatagramDemux demux = new DatagramDemux(LIMITS, id -> true);
    private final SessionDatagrams session = demux.open(0, e -> {});
    private final DatagramInbox inbox = new DatagramInbox(0, 2, 8, DropPolicy.NEWEST);

    /** A session in contexts mode. */
    public ContextOpens() {
      session.contexts();
    }

    private void receive(int number) {
      try {
        demux.receive(ByteBuffer.wrap(new byte[] {0, 2, (byte) number}));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Actor
    public void receivePath() {
      receive(1);
      receive(2);
    }

    @Actor
    public void opener() {
      session.add(2, inbox);
    }

    @Arbiter
    public void read(II_Result r) {
      r.r1 = poll(inbox);
      r.r2 = poll(inbox);
    }
  }

  /** A table that is replaced while one of its keys is looked up. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Looked up before the new key.")
  @Outcome(id = "1, 9", expect = ACCEPTABLE, desc = "Looked up behind the new key.")
  @Outcome(expect = FORBIDDEN, desc = "A key that was there was not found, or another's value.")
  @State
  public static class TableGrows {
    private final LongTable<Integer> table = new LongTable<>();

    /** A table that the next key doubles. */
    public TableGrows() {
      for (int key = 1; key <= 4; key++) {
        table.put(key, key);
      }
    }

    @Actor
    public void writer() {
      table.put(9, 9);
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = value(1);
      r.r2 = value(9);
    }

    private int value(long key) {
      Integer value = table.get(key);
      return value == null ? 0 : value;
    }
  }

  /** A key that is removed and set again. */
  @JCStressTest
  @Outcome(
      id = {"0", "1", "2"},
      expect = ACCEPTABLE,
      desc = "Before, between, or behind both.")
  @Outcome(expect = FORBIDDEN, desc = "A value that nobody set.")
  @State
  public static class KeyComesAgain {
    private final LongTable<Integer> table = new LongTable<>();

    /** A table with the key. */
    public KeyComesAgain() {
      table.put(1, 1);
    }

    @Actor
    public void writer() {
      table.remove(1);
      table.put(1, 2);
    }

    @Actor
    public void reader(I_Result r) {
      Integer value = table.get(1);
      r.r1 = value == null ? 0 : value;
    }
  }
}
