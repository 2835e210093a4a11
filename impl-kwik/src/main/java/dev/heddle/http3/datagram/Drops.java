package dev.heddle.http3.datagram;

import dev.heddle.http3.diag.DatagramDroppedEvent;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what was dropped, by reason, and tells JFR. Any thread. */
final class Drops {
  private static final int REASONS = DropReason.values().length;

  private final long streamId;
  private final long contextId;
  private final AtomicLongArray counts = new AtomicLongArray(REASONS);

  /** For one context, or with -1 for a session without one, or for a connection. */
  Drops(long streamId, long contextId) {
    this.streamId = streamId;
    this.contextId = contextId;
  }

  void count(DropReason reason, int bytes) {
    counts.getAndIncrement(reason.ordinal());
    DatagramDroppedEvent.emit(streamId, contextId, reason.name(), bytes);
  }

  long of(DropReason reason) {
    return counts.get(reason.ordinal());
  }

  long total() {
    long total = 0;
    for (int i = 0; i < REASONS; i++) {
      total += counts.get(i);
    }
    return total;
  }
}
