package tech.kwik.core.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.log.Logger;

/**
 * The round-trip time of the path (RFC 9002 section 5), counted in nanoseconds: a fast link has
 * round trips far below the millisecond in which the class that this replaces counts.
 *
 * <p>Written with the recovery lock held, read by anyone.
 */
public class RttEstimator implements RttProvider {

  private static final int INITIAL_RTT_MILLIS = 333;
  private static final int DEFAULT_MAX_ACK_DELAY_MILLIS = 25;

  private final long initialNanos;
  private volatile long minNanos;
  private volatile long latestNanos;
  private volatile long smoothedNanos;
  private volatile long variationNanos;
  private volatile boolean sampled;
  private volatile long firstSampleNanos;
  private volatile boolean moved;
  private volatile long pathStart;
  private volatile long maxAckDelayNanos =
      TimeUnit.MILLISECONDS.toNanos(DEFAULT_MAX_ACK_DELAY_MILLIS);

  public RttEstimator(Logger log) {
    this(log, INITIAL_RTT_MILLIS);
  }

  /** With an estimate, in milliseconds, for the time until the first sample. */
  public RttEstimator(Logger log, int initialRttMillis) {
    initialNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, initialRttMillis));
    forget();
  }

  private void forget() {
    sampled = false;
    latestNanos = 0;
    smoothedNanos = initialNanos;
    variationNanos = initialNanos / 2;
  }

  /** Packets take another path from now on, of which nothing is known (RFC 9000 section 9.4). */
  void newPath(long nowNanos) {
    pathStart = nowNanos;
    moved = true;
    forget();
  }

  /** RFC 9002 §5.2: the path may be another by now, and longer. */
  void persistentCongestion() {
    minNanos = latestNanos;
  }

  /** Whether a packet that was sent then took the path that packets take now. */
  boolean isOfThisPath(long sentNanos) {
    return !moved || sentNanos - pathStart >= 0;
  }

  /** A sample from wall-clock times; the delay is in milliseconds. */
  public void addSample(Instant received, Instant sent, int ackDelayMillis) {
    addSample(
        Duration.between(sent, received).toNanos(),
        TimeUnit.MILLISECONDS.toNanos(ackDelayMillis),
        System.nanoTime());
  }

  /**
   * A sample.
   *
   * @param rttNanos from sending the packet to receiving its acknowledgement
   * @param ackDelayNanos how long the peer says that it held the acknowledgement back, already
   *     limited to what it may
   * @param nowNanos when the acknowledgement was received
   */
  void addSample(long rttNanos, long ackDelayNanos, long nowNanos) {
    long latest = Math.max(1, rttNanos);
    latestNanos = latest;
    if (!sampled) {
      minNanos = latest;
      smoothedNanos = latest;
      variationNanos = latest / 2;
      firstSampleNanos = nowNanos;
      sampled = true;
      return;
    }
    minNanos = Math.min(minNanos, latest);
    long adjusted = latest >= minNanos + ackDelayNanos ? latest - ackDelayNanos : latest;
    long deviation = Math.abs(smoothedNanos - adjusted);
    variationNanos = (3 * variationNanos + deviation) / 4;
    smoothedNanos = (7 * smoothedNanos + adjusted) / 8;
  }

  /** Whether there was a sample at this time. */
  boolean isSampledBefore(long nanos) {
    return sampled && nanos - firstSampleNanos > 0;
  }

  /** Zero before the first sample. */
  public long latestNanos() {
    return latestNanos;
  }

  public long smoothedNanos() {
    return smoothedNanos;
  }

  public long variationNanos() {
    return variationNanos;
  }

  long maxAckDelayNanos() {
    return maxAckDelayNanos;
  }

  /** In milliseconds, rounded up. */
  @Override
  public int getSmoothedRtt() {
    return millis(smoothedNanos);
  }

  /** In milliseconds, rounded up. */
  public int getRttVar() {
    return millis(variationNanos);
  }

  /** In milliseconds, rounded up. */
  public int getLatestRtt() {
    return millis(latestNanos);
  }

  /** What the peer promised, in milliseconds. */
  public void setMaxAckDelay(int millis) {
    maxAckDelayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static int millis(long nanos) {
    long millis = (nanos + 999_999) / 1_000_000;
    return (int) Math.min(Integer.MAX_VALUE, millis);
  }
}
