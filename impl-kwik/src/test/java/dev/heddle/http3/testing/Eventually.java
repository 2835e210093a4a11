package dev.heddle.http3.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces. */
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(1);

  private Eventually() {}

  /** Waits until the condition holds, at most for 10 seconds. */
  public static void until(BooleanSupplier condition) {
    until(PATIENCE, condition);
  }

  /** Waits until the condition holds, at most for the given time. */
  public static void until(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
