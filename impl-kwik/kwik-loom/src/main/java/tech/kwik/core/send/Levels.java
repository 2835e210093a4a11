package tech.kwik.core.send;

import tech.kwik.core.ack.AckGenerator;
import tech.kwik.core.ack.GlobalAckGenerator;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.udp.LeafLock;

/**
 * What there is per level of encryption: a queue, packet numbers, acknowledgements, and whether
 * packets may leave. Any thread asks and switches; packet numbers belong to who has the turn.
 */
final class Levels {

  private static final EncryptionLevel[] LEVELS = EncryptionLevel.values();

  private final LeafLock lock = new LeafLock();
  private final RequestQueue[] queues = new RequestQueue[LEVELS.length];
  private final boolean[] enabled = new boolean[LEVELS.length];
  private final GlobalAckGenerator acks;
  private final long[] nextNumbers = new long[PnSpace.values().length];

  /** The levels before the last are done for: what most of a connection's life is. */
  private volatile boolean onlyApp;

  Levels(GlobalAckGenerator acks) {
    this.acks = acks;
    for (EncryptionLevel level : LEVELS) {
      queues[level.ordinal()] = new RequestQueue();
      enabled[level.ordinal()] = level != EncryptionLevel.App;
    }
  }

  RequestQueue queue(EncryptionLevel level) {
    return queues[level.ordinal()];
  }

  AckGenerator acks(EncryptionLevel level) {
    return acks.of(level.relatedPnSpace());
  }

  long nextNumber(EncryptionLevel level) {
    return nextNumbers[level.relatedPnSpace().ordinal()];
  }

  long takeNumber(EncryptionLevel level) {
    return nextNumbers[level.relatedPnSpace().ordinal()]++;
  }

  void enableApp() {
    try (var _ = lock.hold()) {
      enabled[EncryptionLevel.App.ordinal()] = true;
      update();
    }
  }

  /**
   * The keys of a space are discarded.
   *
   * @return false if they were before
   */
  boolean disable(PnSpace space) {
    try (var _ = lock.hold()) {
      EncryptionLevel level = space.relatedEncryptionLevel();
      if (!enabled[level.ordinal()]) {
        return false;
      }
      enabled[level.ordinal()] = false;
      queue(level).clear();
      acks.discard(space);
      update();
      return true;
    }
  }

  private void update() {
    onlyApp =
        !enabled[EncryptionLevel.Initial.ordinal()]
            && !enabled[EncryptionLevel.Handshake.ordinal()]
            && enabled[EncryptionLevel.App.ordinal()];
  }

  boolean isEnabled(EncryptionLevel level) {
    try (var _ = lock.hold()) {
      return enabled[level.ordinal()];
    }
  }

  boolean onlyApp() {
    return onlyApp;
  }

  boolean hasRequests() {
    for (RequestQueue queue : queues) {
      if (queue.hasRequests()) {
        return true;
      }
    }
    return false;
  }

  void clear() {
    for (RequestQueue queue : queues) {
      queue.clear();
    }
  }

  /** When the next acknowledgement is due, or {@link AckGenerator#NEVER}. */
  long ackDue(long now) {
    if (onlyApp) {
      return acks.of(PnSpace.App).due(now);
    }
    long earliest = AckGenerator.NEVER;
    for (EncryptionLevel level : LEVELS) {
      if (level != EncryptionLevel.ZeroRTT && isEnabled(level)) {
        long due = acks(level).due(now);
        if (due != AckGenerator.NEVER && (earliest == AckGenerator.NEVER || due - earliest < 0)) {
          earliest = due;
        }
      }
    }
    return earliest;
  }
}
