package tech.kwik.core.ack;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.udp.LeafLock;

/**
 * The packets of one number space that have arrived, and when to acknowledge them. The receiving
 * thread adds, a sending thread takes.
 *
 * <p>There is one decision per batch of received packets, made by the sender when the batch is
 * done: two packets that want an acknowledgement get it at once, one waits for {@value
 * #MAX_ACK_DELAY_MILLIS} ms or for something to travel with.
 */
public final class AckGenerator {

  /** Below the 25 ms that peers assume where nothing else was announced. */
  static final int MAX_ACK_DELAY_MILLIS = 20;

  /** No acknowledgement due. */
  public static final long NEVER = Long.MAX_VALUE;

  /** The ranges that are remembered; of more, those with the smallest numbers are forgotten. */
  static final int MAX_RANGES = 64;

  private static final int PACKETS_PER_ACK = 2;

  /** Acknowledgements that nobody acknowledged, before one asks for it (RFC 9000 §13.2.4). */
  private static final int ACKS_UNTIL_PING = 32;

  private final LeafLock lock = new LeafLock();
  private final boolean atOnce;

  // Guarded by lock, a leaf lock. Ranges go from the largest numbers to the smallest.
  private long[] smallest = new long[4];
  private long[] largest = new long[4];
  private int count;
  private long largestEver = -1;
  private long largestNanos;
  private int unacknowledged;
  private long smallestUnacknowledged = NEVER;
  private boolean urgent;
  private long dueNanos = NEVER;
  private int acksOnly;
  private boolean discarded;

  AckGenerator(PnSpace space) {
    // RFC 9000 §13.2.1: Initial and Handshake packets are acknowledged immediately.
    this.atOnce = space != PnSpace.App;
  }

  void packetReceived(QuicPacket packet) {
    if (packet.canBeAcked()) {
      received(packet.getPacketNumber(), packet.isAckEliciting(), System.nanoTime());
    }
  }

  /** A packet was processed. */
  public void received(long number, boolean ackEliciting, long nowNanos) {
    try (var _ = lock.hold()) {
      if (discarded) {
        return;
      }
      add(number);
      // RFC 9000 §13.2.1: at once for a packet that comes late, or leaves a gap behind it.
      boolean outOfOrder = number != largestEver + 1 && largestEver >= 0;
      if (number > largestEver) {
        largestEver = number;
        largestNanos = nowNanos;
      }
      if (ackEliciting) {
        urgent |= atOnce || outOfOrder;
        smallestUnacknowledged = Math.min(smallestUnacknowledged, number);
        if (unacknowledged++ == 0) {
          dueNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(MAX_ACK_DELAY_MILLIS);
        }
      }
    }
  }

  private void add(long number) {
    int i = 0;
    while (i < count && number < smallest[i] - 1) {
      i++;
    }
    if (i == count) {
      insert(i, number);
      return;
    }
    if (number > largest[i] + 1) {
      insert(i, number);
    } else if (number == largest[i] + 1) {
      largest[i] = number;
    } else if (number == smallest[i] - 1) {
      smallest[i] = number;
      if (i + 1 < count && largest[i + 1] == number - 1) {
        smallest[i] = smallest[i + 1];
        removeAt(i + 1);
      }
    }
  }

  private void insert(int at, long number) {
    if (at == MAX_RANGES) {
      return;
    }
    if (count == smallest.length) {
      int capacity = Math.min(2 * count, MAX_RANGES);
      smallest = Arrays.copyOf(smallest, capacity);
      largest = Arrays.copyOf(largest, capacity);
    }
    int kept = Math.min(count, smallest.length - 1);
    System.arraycopy(smallest, at, smallest, at + 1, kept - at);
    System.arraycopy(largest, at, largest, at + 1, kept - at);
    smallest[at] = number;
    largest[at] = number;
    count = kept + 1;
  }

  private void removeAt(int at) {
    System.arraycopy(smallest, at + 1, smallest, at, count - at - 1);
    System.arraycopy(largest, at + 1, largest, at, count - at - 1);
    count--;
  }

  /** When an acknowledgement must leave, by {@link System#nanoTime()}: a past time means now. */
  public long due(long nowNanos) {
    try (var _ = lock.hold()) {
      if (unacknowledged == 0 || discarded) {
        return NEVER;
      }
      return urgent || unacknowledged >= PACKETS_PER_ACK ? nowNanos : dueNanos;
    }
  }

  /** Whether there is something that a packet which leaves anyway should acknowledge. */
  public boolean hasNew() {
    try (var _ = lock.hold()) {
      return unacknowledged > 0 && !discarded;
    }
  }

  /**
   * The acknowledgement of all that has arrived; what it covers is not due any more.
   *
   * @return null if nothing has arrived
   */
  public OutgoingAck take(long nowNanos) {
    try (var _ = lock.hold()) {
      if (count == 0 || discarded) {
        return null;
      }
      unacknowledged = 0;
      smallestUnacknowledged = NEVER;
      urgent = false;
      dueNanos = NEVER;
      long delayMicros = atOnce ? 0 : Math.max(0, nowNanos - largestNanos) / 1_000;
      return new OutgoingAck(
          this, Arrays.copyOf(smallest, count), Arrays.copyOf(largest, count), delayMicros);
    }
  }

  /** An acknowledgement leaves alone: whether the packet should get a PING, to be acknowledged. */
  public boolean wantsPing() {
    try (var _ = lock.hold()) {
      if (++acksOnly < ACKS_UNTIL_PING) {
        return false;
      }
      acksOnly = 0;
      return true;
    }
  }

  /**
   * The peer has an acknowledgement up to this number: what it covers need not be repeated (RFC
   * 9000 §13.2.4), unless it came late and was not acknowledged yet.
   */
  void known(long largestKnown) {
    try (var _ = lock.hold()) {
      acksOnly = 0;
      // RFC 9000 §13.2.1: every ack-eliciting packet is acknowledged at least once.
      long upTo = Math.min(largestKnown, smallestUnacknowledged - 1);
      while (count > 0 && largest[count - 1] <= upTo) {
        count--;
      }
      if (count > 0 && smallest[count - 1] <= upTo) {
        smallest[count - 1] = upTo + 1;
      }
    }
  }

  /** The keys of this space are gone. */
  void discard() {
    try (var _ = lock.hold()) {
      discarded = true;
      count = 0;
    }
  }

  /** The number of ranges, for tests. */
  int ranges() {
    try (var _ = lock.hold()) {
      return count;
    }
  }
}
