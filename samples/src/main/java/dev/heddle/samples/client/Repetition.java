package dev.heddle.samples.client;

import dev.heddle.SessionConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The same exchange many times on one connection, several at once. Use once. */
final class Repetition {
  private static final int HIGHEST_GOOD_STATUS = 399;

  private final Exchange exchange;
  private final ClientCommand.Repeat repeat;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();
  private final AtomicInteger worstStatus = new AtomicInteger();
  private final AtomicReference<IOException> firstFailure = new AtomicReference<>();
  private final long[] nanos;

  Repetition(Exchange exchange, ClientCommand.Repeat repeat) {
    this.exchange = exchange;
    this.repeat = repeat;
    nanos = new long[repeat.count()];
  }

  Summary over(SessionConnection connection) throws InterruptedException {
    long start = System.nanoTime();
    try (var scope = StructuredTaskScope.open()) {
      for (int i = 0; i < repeat.concurrent(); i++) {
        scope.fork(() -> work(connection));
      }
      scope.join();
    }
    return Summary.of(
        repeat.count(),
        errors.get(),
        System.nanoTime() - start,
        Arrays.copyOf(nanos, answered.get()));
  }

  /** The highest status received. */
  int worstStatus() {
    return worstStatus.get();
  }

  /** The first request that got no whole response throws here what it met. */
  void failIfAnyFailed() throws IOException {
    IOException failure = firstFailure.get();
    if (failure != null) {
      throw failure;
    }
  }

  private Void work(SessionConnection connection) throws InterruptedException {
    while (started.getAndIncrement() < repeat.count()) {
      long start = System.nanoTime();
      try {
        int status = exchange.over(connection, OutputStream::nullOutputStream);
        nanos[answered.getAndIncrement()] = System.nanoTime() - start;
        worstStatus.accumulateAndGet(status, Math::max);
        if (status > HIGHEST_GOOD_STATUS) {
          errors.incrementAndGet();
        }
      } catch (IOException e) {
        errors.incrementAndGet();
        firstFailure.compareAndSet(null, e);
      }
    }
    return null;
  }
}
