package dev.heddle.bench.load;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Runs an {@link EchoLoad} against a blocking peer, each of its slots a virtual thread. */
public final class EchoLoop {
  private EchoLoop() {}

  /** One exchange. Any thread may call it, many at once. */
  @FunctionalInterface
  public interface Echo {
    /** Sends the body on a new stream and returns all bytes that came back. */
    byte[] of(byte[] body) throws Exception;
  }

  /**
   * Runs the load and checks every byte that comes back.
   *
   * @throws Exception the first failure of any echo; the others are stopped
   */
  public static Measured run(Echo echo, EchoLoad load) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Exception> failure = new AtomicReference<>();
    Latencies latencies = new Latencies(load.count());
    long deadline = System.nanoTime() + load.limit().toNanos();
    Runnable slot =
        () -> {
          try {
            int index;
            while (failure.get() == null
                && System.nanoTime() - deadline < 0
                && (index = next.getAndIncrement()) < load.count()) {
              byte[] body = load.body(index);
              long start = System.nanoTime();
              byte[] back = echo.of(body);
              latencies.ended(index, start);
              check(body, back);
            }
          } catch (Exception e) {
            failure.compareAndSet(null, e);
          }
        };
    Thread[] slots = new Thread[load.inFlight()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = Thread.ofVirtual().name("echo-" + i).start(slot);
    }
    try {
      for (Thread thread : slots) {
        thread.join();
      }
    } catch (InterruptedException e) {
      for (Thread thread : slots) {
        thread.interrupt();
      }
      throw e;
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    return latencies.measured();
  }

  /** Fails unless the echo is what was sent. */
  public static void check(byte[] sent, byte[] back) {
    if (!Arrays.equals(sent, back)) {
      throw new IllegalStateException(
          "sent " + sent.length + " bytes, " + back.length + " came back, and not the same");
    }
  }
}
