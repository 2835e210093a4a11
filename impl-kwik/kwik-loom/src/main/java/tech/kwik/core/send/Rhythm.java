package tech.kwik.core.send;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How closely the writes of a connection follow each other. Any thread; where two write at the same
 * time one may not be counted, which costs precision and nothing else.
 *
 * <p>The mean of the last few gaps decides, since the writes of many threads come in flocks: one
 * gap says little.
 */
final class Rhythm {

  /** Writes that follow each other more closely come from several threads. */
  private static final long FAST_NANOS = TimeUnit.MICROSECONDS.toNanos(12);

  /** A longer gap counts as this, so that two of them end a fast time. */
  private static final long LONGEST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private static final int GAPS = 8;

  private final AtomicLong last = new AtomicLong(System.nanoTime() - LONGEST_NANOS);
  private final AtomicLong mean = new AtomicLong(LONGEST_NANOS);

  /** Notes a write, and says whether they come thick and fast. */
  boolean isFast(long now) {
    long gap = Math.clamp(now - last.getOpaque(), 0, LONGEST_NANOS);
    last.setOpaque(now);
    long before = mean.getOpaque();
    long after = before + (gap - before) / GAPS;
    mean.setOpaque(after);
    return after < FAST_NANOS;
  }
}
