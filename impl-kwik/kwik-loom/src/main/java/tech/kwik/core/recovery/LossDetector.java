package tech.kwik.core.recovery;

import java.util.List;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.cc.LossBasedController;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.Range;

/**
 * Which packets of one number space have arrived and which are lost (RFC 9002 section 6.1). All
 * times are of {@link System#nanoTime()}. Guarded by the recovery lock.
 */
final class LossDetector {

  /** No time set. Times are compared by difference, so this value cannot be one by accident. */
  static final long NEVER = Long.MIN_VALUE;

  private static final int PACKET_THRESHOLD = 3;
  private static final long GRANULARITY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int PERSISTENT_CONGESTION_THRESHOLD = 3;

  private final SentPackets sent = new SentPackets();
  private final RttEstimator rtt;
  private final LossBasedController congestion;
  private long largestAcknowledged = -1;
  private long lossTime = NEVER;
  private long lastAckElicitingSent = NEVER;
  private int ackElicitingInFlight;
  private long lost;
  private boolean closed;

  LossDetector(RttEstimator rtt, LossBasedController congestion) {
    this.rtt = rtt;
    this.congestion = congestion;
  }

  void packetSent(PacketStatus packet) {
    if (closed) {
      return;
    }
    sent.add(packet);
    if (packet.probe()) {
      congestion.probeSent(packet.size());
    } else {
      congestion.sent(packet.size(), packet.sentNanos());
    }
    if (packet.ackEliciting()) {
      ackElicitingInFlight++;
      lastAckElicitingSent = packet.sentNanos();
    }
  }

  /**
   * Takes an acknowledgement in.
   *
   * @param delayNanos how long the peer held it back, at most
   * @param acknowledged gets the packets that it is news for
   * @param lostNow gets the packets that are lost by it
   */
  void ackReceived(
      AckFrame ack,
      long receivedNanos,
      long delayNanos,
      List<PacketStatus> acknowledged,
      List<PacketStatus> lostNow) {
    if (closed) {
      return;
    }
    boolean anyAckEliciting = false;
    PacketStatus largest = null;
    List<Range> ranges = ack.getAcknowledgedRanges();
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      // Numbers that were never sent or are settled cost nothing.
      long last = Math.min(range.getLargest(), sent.next() - 1);
      for (long number = Math.max(range.getSmallest(), sent.first()); number <= last; number++) {
        PacketStatus packet = sent.get(number);
        if (packet != null && packet.inFlight()) {
          packet.setAcknowledged();
          acknowledged.add(packet);
          anyAckEliciting |= packet.ackEliciting();
          if (largest == null || number > largest.number()) {
            largest = packet;
          }
        }
      }
    }
    if (largest == null) {
      return;
    }
    largestAcknowledged = Math.max(largestAcknowledged, largest.number());
    boolean newest = largest.number() == ack.getLargestAcknowledged();
    // RFC 9000 §9.4: what took another path says nothing of the round trip on this one.
    boolean thisPath = !largest.otherPath() && rtt.isOfThisPath(largest.sentNanos());
    if (anyAckEliciting && newest && thisPath) {
      rtt.addSample(receivedNanos - largest.sentNanos(), delayNanos, receivedNanos);
    }
    for (int i = 0; i < acknowledged.size(); i++) {
      leaveFlight(acknowledged.get(i));
    }
    congestion.acknowledging(receivedNanos, rtt.smoothedNanos());
    for (int i = 0; i < acknowledged.size(); i++) {
      PacketStatus packet = acknowledged.get(i);
      congestion.acknowledged(packet.size(), packet.sentNanos());
    }
    detectLost(receivedNanos, lostNow);
    sent.trim();
  }

  private void leaveFlight(PacketStatus packet) {
    if (packet.ackEliciting()) {
      ackElicitingInFlight--;
    }
  }

  /** Declares lost what is, and sets the time at which more will be. */
  void detectLost(long now, List<PacketStatus> lostNow) {
    lossTime = NEVER;
    if (closed || largestAcknowledged < 0) {
      return;
    }
    long delay = lossDelay();
    int before = lostNow.size();
    CongestionPeriod period = new CongestionPeriod();
    long end = Math.min(largestAcknowledged, sent.next());
    for (long number = sent.first(); number < end; number++) {
      PacketStatus packet = sent.get(number);
      if (packet == null) {
        continue;
      }
      if (!packet.inFlight()) {
        period.interrupted(packet);
        continue;
      }
      long due = packet.sentNanos() + delay;
      if (number <= largestAcknowledged - PACKET_THRESHOLD || due - now <= 0) {
        packet.setLost();
        lostNow.add(packet);
        period.lost(packet);
      } else if (lossTime == NEVER || due - lossTime < 0) {
        lossTime = due;
      }
    }
    if (lostNow.size() > before) {
      declareLost(lostNow, before, now, period);
      sent.trim();
    }
  }

  private void declareLost(List<PacketStatus> all, int from, long now, CongestionPeriod period) {
    int bytes = 0;
    int packets = 0;
    long lastSent = NEVER;
    for (int i = from; i < all.size(); i++) {
      PacketStatus packet = all.get(i);
      leaveFlight(packet);
      if (packet.probe()) {
        congestion.discarded(packet.size(), 1);
      } else {
        bytes += packet.size();
        packets++;
        lastSent = packet.sentNanos();
      }
    }
    lost += packets;
    if (packets == 0) {
      return;
    }
    congestion.lost(bytes, packets, lastSent, now);
    if (period.longest() > persistentCongestionNanos()) {
      congestion.persistentCongestion();
      rtt.persistentCongestion();
    }
  }

  /** RFC 9002 section 6.1.2. */
  private long lossDelay() {
    long round = Math.max(rtt.latestNanos(), rtt.smoothedNanos());
    return Math.max(round + round / 8, GRANULARITY_NANOS);
  }

  /** RFC 9002 section 7.6.1. */
  private long persistentCongestionNanos() {
    return (probeTimeoutNanos() + rtt.maxAckDelayNanos()) * PERSISTENT_CONGESTION_THRESHOLD;
  }

  /** RFC 9002 section 6.2.1, without the peer's delay and before back-off. */
  long probeTimeoutNanos() {
    return rtt.smoothedNanos() + Math.max(4 * rtt.variationNanos(), GRANULARITY_NANOS);
  }

  /** The first packet in flight that a probe could repeat, or null. */
  PacketStatus oldestWorthRepeating() {
    for (long number = sent.first(); number < sent.next(); number++) {
      PacketStatus packet = sent.get(number);
      if (packet != null
          && packet.inFlight()
          && packet.ackEliciting()
          && !Probes.repeatable(packet.packet().getFrames()).isEmpty()) {
        return packet;
      }
    }
    return null;
  }

  /** The keys of this space are gone: nothing of it will be acknowledged any more. */
  void close() {
    discardAll();
    closed = true;
  }

  /** The packets of this space were for nothing, and it starts again: after Retry for example. */
  void reset() {
    discardAll();
    largestAcknowledged = -1;
    lost = 0;
  }

  private void discardAll() {
    int bytes = 0;
    int packets = 0;
    for (long number = sent.first(); number < sent.next(); number++) {
      PacketStatus packet = sent.get(number);
      if (packet != null && packet.inFlight()) {
        bytes += packet.size();
        packets++;
        packet.setLost();
      }
    }
    congestion.discarded(bytes, packets);
    sent.clear();
    ackElicitingInFlight = 0;
    lossTime = NEVER;
    lastAckElicitingSent = NEVER;
  }

  long lossTime() {
    return lossTime;
  }

  long lastAckElicitingSent() {
    return lastAckElicitingSent;
  }

  boolean ackElicitingInFlight() {
    return ackElicitingInFlight > 0;
  }

  boolean nothingAcknowledged() {
    return largestAcknowledged < 0;
  }

  long lostCount() {
    return lost;
  }

  /** The longest time between two lost packets with none acknowledged between them. */
  private final class CongestionPeriod {
    private long start = NEVER;
    private long longest;

    void lost(PacketStatus packet) {
      // RFC 9002 §7.6.2: it does not start until there is a sample.
      if (!packet.ackEliciting() || packet.probe() || !rtt.isSampledBefore(packet.sentNanos())) {
        return;
      }
      if (start == NEVER) {
        start = packet.sentNanos();
      }
      longest = Math.max(longest, packet.sentNanos() - start);
    }

    void interrupted(PacketStatus settled) {
      if (settled.acknowledged()) {
        start = NEVER;
      }
    }

    long longest() {
      return longest;
    }
  }
}
