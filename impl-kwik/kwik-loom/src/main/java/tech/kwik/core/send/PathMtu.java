package tech.kwik.core.send;

import java.util.concurrent.TimeUnit;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.recovery.AcknowledgedFrame;
import tech.kwik.core.udp.LeafLock;

/**
 * The size of packets that the path takes (RFC 8899, RFC 9000 section 14.3): starts from one that
 * every path takes, and probes for larger ones, one probe at a time. Any thread calls.
 *
 * <p>The steps are sizes that occur: Ethernet with and without tunnels, and jumbo frames, which
 * data centres and the loopback interface carry. Sizes are of UDP payloads and leave room for IPv6.
 */
final class PathMtu {

  /** A network of 9,000 bytes: what is gained beyond is little. */
  static final int LARGEST = 8_952;

  private static final int ETHERNET = 1_452;
  private static final int[] SMALLER = {1_372, 1_312};
  private static final int PROBES = 3; // RFC 8899 §5.1.2: MAX_PROBES
  private static final long RAISE_NANOS = TimeUnit.MINUTES.toNanos(10); // PMTU_RAISE_TIMER
  private static final int TIMEOUTS_OF_A_BLACK_HOLE = 3;
  private static final long FIRST_DOUBT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LeafLock lock = new LeafLock();
  private final int base;

  // Guarded by lock, a leaf lock.
  private int current;
  private int ceiling;
  private int probing;
  private int losses;
  private boolean underWay;
  private boolean enabled;
  private boolean done;
  private long raiseAt;
  private long doubtNanos = FIRST_DOUBT_NANOS;
  private int path;

  PathMtu(int base) {
    this.base = base;
    this.current = base;
    this.ceiling = base;
  }

  /** The size that packets may have now. */
  int current() {
    try (var _ = lock.hold()) {
      return current;
    }
  }

  /** What the peer takes: the search goes up to there, and packets are never larger. */
  void peerTakes(int bytes) {
    try (var _ = lock.hold()) {
      ceiling = Math.min(bytes, LARGEST);
      current = Math.min(current, bytes);
    }
  }

  /**
   * Starts the search, once the handshake is done. Without that, for example because the system
   * fragments what is too large, packets keep their size.
   */
  void start() {
    try (var _ = lock.hold()) {
      if (!enabled) {
        enabled = true;
        search();
      }
    }
  }

  private void search() {
    probing = Math.min(ETHERNET, ceiling);
    done = probing <= current;
  }

  /** Packets take another path from now on, of which nothing is known (RFC 9000 §14.3). */
  void newPath() {
    try (var _ = lock.hold()) {
      path++;
      current = Math.min(base, ceiling);
      underWay = false;
      losses = 0;
      doubtNanos = FIRST_DOUBT_NANOS;
      search();
    }
  }

  /** The size of the probe to send now, or 0. */
  int wanted(long now) {
    try (var _ = lock.hold()) {
      if (!enabled || underWay) {
        return 0;
      }
      if (done) {
        if (current >= ceiling || now - raiseAt < 0 || raiseAt == 0) {
          return 0;
        }
        done = false;
        losses = 0;
        probing = next();
      }
      return probing;
    }
  }

  /** A probe leaves; the frame that tells of its arrival. */
  Probe sent(int size) {
    try (var _ = lock.hold()) {
      underWay = true;
      return new Probe(this, size, path);
    }
  }

  private void arrived(Probe probe) {
    try (var _ = lock.hold()) {
      if (probe.path != path) {
        return;
      }
      int size = probe.size;
      underWay = false;
      losses = 0;
      current = Math.max(current, Math.min(size, ceiling));
      probing = next();
      if (probing <= current) {
        finish(RAISE_NANOS);
      }
    }
  }

  /** The next larger size to try, or the current one. */
  private int next() {
    return current < Math.min(ETHERNET, ceiling) ? Math.min(ETHERNET, ceiling) : ceiling;
  }

  void lost(Probe probe) {
    try (var _ = lock.hold()) {
      if (probe.path != path) {
        return;
      }
      underWay = false;
      if (probe.size != probing || ++losses < PROBES) {
        return;
      }
      losses = 0;
      for (int smaller : SMALLER) {
        if (smaller < probing && probing <= ETHERNET && smaller > current) {
          probing = smaller;
          return;
        }
      }
      finish(RAISE_NANOS);
    }
  }

  private void finish(long nanosToNext) {
    done = true;
    raiseAt = System.nanoTime() + nanosToNext;
  }

  /**
   * Probe time-outs in a row: if packets have grown, the path may not take them any more. It may
   * also be a peer that was busy, so the search starts again soon, and later the more often this
   * happens.
   *
   * @return whether packets are small again
   */
  boolean timedOut(int times) {
    try (var _ = lock.hold()) {
      if (times < TIMEOUTS_OF_A_BLACK_HOLE || current == base) {
        return false;
      }
      current = base;
      finish(doubtNanos);
      doubtNanos = Math.min(2 * doubtNanos, RAISE_NANOS);
      return true;
    }
  }

  /** The frame of a probe. */
  static final class Probe extends PingFrame implements AcknowledgedFrame {
    private final PathMtu mtu;
    private final int size;
    private final int path;

    private Probe(PathMtu mtu, int size, int path) {
      this.mtu = mtu;
      this.size = size;
      this.path = path;
    }

    @Override
    public void acknowledged() {
      mtu.arrived(this);
    }
  }
}
