package dev.heddle;

import java.util.Map;

/**
 * What a datagram context has done so far. The numbers are read one after the other, so while
 * datagrams move they need not add up. Immutable.
 *
 * @param received datagrams that came for this context, those that were dropped included
 * @param delivered datagrams that readers got
 * @param sent datagrams that were put into packets or capsules
 * @param dropped how many were dropped, for each reason that occurred; unmodifiable
 */
public record DatagramStats(
    long received, long delivered, long sent, Map<DatagramDropReason, Long> dropped) {
  /** Copies the map. */
  public DatagramStats {
    dropped = Map.copyOf(dropped);
  }

  /**
   * How many datagrams were dropped for one reason.
   *
   * @param reason the reason
   * @return 0 or more
   */
  public long dropped(DatagramDropReason reason) {
    return dropped.getOrDefault(reason, 0L);
  }
}
