package dev.heddle.http3.session;

import dev.heddle.DatagramDropReason;
import dev.heddle.http3.datagram.DropReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Counted drops as the api shows them. Stateless. */
final class DropCounts {
  private DropCounts() {}

  /** Those that are not 0, in a map of the caller's. */
  static Map<DatagramDropReason, Long> of(ToLongFunction<DropReason> count) {
    Map<DatagramDropReason, Long> counts = new EnumMap<>(DatagramDropReason.class);
    for (DropReason reason : DropReason.values()) {
      long dropped = count.applyAsLong(reason);
      if (dropped != 0) {
        counts.put(shown(reason), dropped);
      }
    }
    return counts;
  }

  private static DatagramDropReason shown(DropReason reason) {
    return switch (reason) {
      case RING_FULL -> DatagramDropReason.QUEUE_FULL;
      case CONTEXT_CLOSED -> DatagramDropReason.CONTEXT_CLOSED;
      case SESSION_CLOSED -> DatagramDropReason.SESSION_CLOSED;
      case EARLY_FULL -> DatagramDropReason.EARLY_FULL;
      case EARLY_EXPIRED -> DatagramDropReason.EARLY_EXPIRED;
      case MALFORMED -> DatagramDropReason.MALFORMED;
      case SEND_TOO_LARGE -> DatagramDropReason.SEND_TOO_LARGE;
      case SEND_CLOSED -> DatagramDropReason.SEND_CLOSED;
    };
  }
}
