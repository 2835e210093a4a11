package dev.heddle.bench.load;

import java.util.Arrays;

/**
 * The time of each echo of one loop, in order of starting. Safe where each index has one writer.
 */
public final class Latencies {
  private final long startNanos = System.nanoTime();
  private final long[] nanos;

  /** Room for the echoes 0 to {@code count - 1}; the clock starts now. */
  public Latencies(int count) {
    nanos = new long[count];
  }

  /** Notes that an echo which began at {@code start} ended now. */
  public void ended(int index, long start) {
    nanos[index] = Math.max(1, System.nanoTime() - start);
  }

  /** The result, as of now. Only once nobody writes any more. */
  public Measured measured() {
    long elapsed = System.nanoTime() - startNanos;
    long[] done = Arrays.stream(nanos).filter(time -> time > 0).sorted().toArray();
    if (done.length == 0) {
      throw new IllegalStateException("no echo came back");
    }
    return new Measured(done.length, elapsed, done[done.length / 2], done[done.length * 99 / 100]);
  }
}
