package dev.heddle.bench;

import javax.management.JMException;

/**
 * The memory of one side before and after connections were made. The property {@code
 * heddle.bench.histogram} says how many classes to list on standard error, the largest first.
 */
final class IdleSide {
  private static final int CLASSES = Integer.getInteger("heddle.bench.histogram", 0);

  private final String title;
  private final Heap before;

  /** Measures what is there before. */
  IdleSide(String title) throws JMException {
    this.title = title;
    before = Heap.now();
  }

  /** The bytes added since, at least 1; this many connections were made meanwhile. */
  long grownBytes(int connections) throws JMException {
    Heap after = Heap.now();
    if (CLASSES > 0) {
      System.err.printf(
          "%s, for each connection:%n%s", title, after.growth(before, connections, CLASSES));
    }
    return Math.max(1, after.bytes() - before.bytes());
  }
}
