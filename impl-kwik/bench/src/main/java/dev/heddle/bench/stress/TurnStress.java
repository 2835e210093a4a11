package dev.heddle.bench.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import tech.kwik.core.send.Turn;

/** {@link Turn} under jcstress. All fields are plain: nothing but the turn orders them. */
public final class TurnStress {

  private TurnStress() {}

  /** Each thread makes something ready and takes a turn: both have been seen in the end. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The last round saw what both had ready.")
  @Outcome(expect = FORBIDDEN, desc = "A lost mark: something stays undone.")
  @State
  public static class NothingStaysUndone {
    private int first;
    private int second;
    private int firstSeen;
    private int secondSeen;
    private final Turn turn =
        new Turn(() -> {
          firstSeen = first;
          secondSeen = second;
        });

    @Actor
    public void one() {
      first = 1;
      turn.take();
    }

    @Actor
    public void other() {
      second = 1;
      turn.take();
    }

    @Arbiter
    public void seen(II_Result r) {
      r.r1 = firstSeen;
      r.r2 = secondSeen;
    }
  }

  /** Three threads, one of which takes two turns: r1 meetings, r2 rounds, r3 what was done. */
  @JCStressTest
  @Outcome(id = "0, [234], 4", expect = ACCEPTABLE, desc = "All done, by one thread at a time.")
  @Outcome(expect = FORBIDDEN, desc = "Two threads at work at once, or something undone.")
  @State
  public static class NeverTwoAtOnce {
    private final int[] ready = new int[3];
    private boolean inside;
    private int meetings;
    private int rounds;
    private int done;
    private final Turn turn = new Turn(this::work);

    private void work() {
      if (inside) {
        meetings++;
      }
      inside = true;
      rounds++;
      done = ready[0] + ready[1] + ready[2];
      inside = false;
    }

    @Actor
    public void one() {
      ready[0]++;
      turn.take();
      ready[0]++;
      turn.take();
    }

    @Actor
    public void two() {
      ready[1]++;
      turn.take();
    }

    @Actor
    public void three() {
      ready[2]++;
      turn.take();
    }

    @Arbiter
    public void result(III_Result r) {
      r.r1 = meetings;
      r.r2 = rounds;
      r.r3 = done;
    }
  }

  /** What a round left behind is there for the next one, on whichever thread. */
  @JCStressTest
  @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "Two rounds, the second saw the first.")
  @Outcome(expect = FORBIDDEN, desc = "A round is missing, or did not see the one before.")
  @State
  public static class RoundsSeeEachOther {
    private int rounds;
    private int copies;
    private final Turn turn =
        new Turn(() -> {
          rounds = rounds + 1;
          copies = copies + 1;
        });

    @Actor
    public void one() {
      turn.take();
    }

    @Actor
    public void other() {
      turn.take();
    }

    @Arbiter
    public void counted(II_Result r) {
      r.r1 = rounds;
      r.r2 = copies;
    }
  }
}
