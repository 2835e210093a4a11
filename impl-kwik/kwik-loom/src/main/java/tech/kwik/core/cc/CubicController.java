package tech.kwik.core.cc;

/**
 * CUBIC (RFC 9438): the window follows a cubic function of the time since the last loss, and never
 * less than what Reno would have. Windows are in packets inside the formulas, times in seconds.
 */
final class CubicController extends LossBasedController {

  private static final double C = 0.4;
  private static final double BETA = 0.7;
  private static final double FAST_CONVERGENCE = (1 + BETA) / 2;
  private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MAX_STEP = 1.5;
  private static final long NEVER = Long.MIN_VALUE;

  // The window before the last loss, where growth levels off, lowered by fast convergence.
  private double maximum;
  // The window when the last loss was found.
  private double prior;
  // Start of the time since the last loss, without the times in which nothing asked for more.
  private long epochStart = NEVER;
  private long pausedSince = NEVER;
  // Seconds from the start to the maximum.
  private double k;
  // The window that Reno would have.
  private double estimate;
  // Growth smaller than a byte.
  private double remainder;

  CubicController(CongestionControlEventListener listener) {
    super(listener);
  }

  @Override
  long growth(long window, int acknowledged, long nowNanos, long smoothedRttNanos) {
    double packets = (double) window / packetSize();
    if (epochStart == NEVER) {
      startEpoch(packets, nowNanos);
    } else if (pausedSince != NEVER) {
      epochStart += nowNanos - pausedSince;
    }
    pausedSince = NEVER;
    double seconds = (nowNanos - epochStart) / NANOS_PER_SECOND;
    double ackedPackets = (double) acknowledged / packetSize();
    estimate += (estimate < prior ? ALPHA : 1) * ackedPackets / packets;
    double grown = packets;
    if (cubic(seconds) < estimate) {
      grown = Math.max(packets, estimate);
    } else {
      double next = cubic(seconds + smoothedRttNanos / NANOS_PER_SECOND);
      double target = Math.clamp(next, packets, MAX_STEP * packets);
      grown += (target - packets) / packets * ackedPackets;
    }
    double bytes = grown * packetSize() + remainder;
    long whole = (long) bytes;
    remainder = bytes - whole;
    return whole;
  }

  private void startEpoch(double packets, long nowNanos) {
    epochStart = nowNanos;
    estimate = packets;
    remainder = 0;
    if (maximum <= packets) {
      maximum = packets;
      k = 0;
    } else {
      k = Math.cbrt((maximum - packets) / C);
    }
  }

  private double cubic(double seconds) {
    double distance = seconds - k;
    return C * distance * distance * distance + maximum;
  }

  @Override
  long reduced(long window) {
    double packets = (double) window / packetSize();
    prior = packets;
    maximum = packets < maximum ? packets * FAST_CONVERGENCE : packets;
    epochStart = NEVER;
    pausedSince = NEVER;
    return (long) (window * BETA);
  }

  @Override
  void notLimited(long nowNanos) {
    if (epochStart != NEVER && pausedSince == NEVER) {
      pausedSince = nowNanos;
    }
  }

  @Override
  void forget() {
    epochStart = NEVER;
    pausedSince = NEVER;
    maximum = 0;
  }
}
