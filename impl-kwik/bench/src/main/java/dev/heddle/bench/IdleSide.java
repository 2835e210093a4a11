package dev.heddle.bench;

import java.util.Map;
import javax.management.JMException;

/**
 * The memory of one side before and after connections were made. The property {@code
 * heddle.bench.histogram} says how many classes to list on standard error, the largest first.
 */
final class IdleSide {
  private static final int CLASSES = Integer.getInteger("heddle.bench.histogram", 0);

  private final String title;
  private final long bytes;
  private final Map<String, long[]> classes;

  /** Measures what is there before. */
  IdleSide(String title) throws JMException {
    this.title = title;
    bytes = Heap.usedBytes();
    classes = CLASSES > 0 ? Heap.histogram() : Map.of();
  }

  /** What was added since, at least 1; this many connections were made meanwhile. */
  long grownBytes(int connections) throws JMException {
    long grown = Heap.usedBytes() - bytes;
    if (CLASSES > 0) {
      System.err.println(Heap.growth(title, classes, Heap.histogram(), connections, CLASSES));
    }
    return Math.max(1, grown);
  }
}
