package tech.kwik.core.cc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tech.kwik.core.log.Logger;
import tech.kwik.core.packet.PacketInfo;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.udp.LeafLock;

/**
 * A congestion window that grows with acknowledgements and shrinks with losses (RFC 9002 section
 * 7). How it grows beyond slow start and by how much it shrinks is the algorithm's.
 *
 * <p>It grows only while it is what limits the sender (section 7.8), which is the case for a packet
 * when the window was full at some time between its sending and its acknowledgement: full means
 * that less than one whole packet was free, for a packet is never made smaller to fit the rest.
 *
 * <p>Sizes are in bytes, times in nanoseconds of {@link System#nanoTime()}.
 */
public abstract class LossBasedController implements CongestionController {

  private static final String ALGORITHM = "tech.kwik.core.loom.congestion";
  private static final int INITIAL_PACKETS = 10;
  private static final int MINIMUM_PACKETS = 2;
  // Bounds the table of sent packets: no window of this many packets is of use to anyone.
  private static final int MAX_PACKETS_IN_FLIGHT = 1 << 15;
  private static final int MIN_PACKET_SIZE = 1_200;
  private static final long NEVER = Long.MIN_VALUE;

  private final LeafLock lock = new LeafLock();
  private final CongestionControlEventListener listener;
  private volatile long window;
  private volatile long inFlight;
  private volatile int packetSize = MIN_PACKET_SIZE;
  // Guarded by lock, like all that follows.
  private long slowStartThreshold = Long.MAX_VALUE;
  private int packetsInFlight;
  private long recoveryStart = NEVER;
  private long lastFull = NEVER;
  private long now;
  private long smoothedRtt;

  LossBasedController(CongestionControlEventListener listener) {
    this.listener = listener;
    this.window = initialWindow(MIN_PACKET_SIZE);
  }

  /** RFC 9002 section 7.2. */
  private static long initialWindow(int packetSize) {
    return Math.min((long) INITIAL_PACKETS * packetSize, Math.max(14_720, 2 * packetSize));
  }

  /** The algorithm that {@code -Dtech.kwik.core.loom.congestion} names, by default CUBIC. */
  public static LossBasedController create(Logger log, CongestionControlEventListener listener) {
    String name = System.getProperty(ALGORITHM, "cubic").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "cubic" -> new CubicController(listener);
      case "newreno" -> new NewRenoController(listener);
      default -> {
        log.error(ALGORITHM + " is cubic or newreno, not " + name + ": using cubic");
        yield new CubicController(listener);
      }
    };
  }

  /** A packet that counts as in flight is about to be sent. */
  public void sent(int size, long sentNanos) {
    try (var _ = lock.hold()) {
      if (size > packetSize) {
        packetSize = size;
        // RFC 9002 §7.2: the initial window follows the size, and no window is below the minimum.
        boolean fresh = slowStartThreshold == Long.MAX_VALUE;
        window = Math.max(window, fresh ? initialWindow(size) : minimum());
      }
      inFlight += size;
      packetsInFlight++;
      if (window - inFlight < packetSize || packetsInFlight >= MAX_PACKETS_IN_FLIGHT) {
        lastFull = sentNanos;
      }
    }
  }

  /**
   * A packet is about to be sent that finds out whether the path takes its size (RFC 9000 section
   * 14.4): until it does, the size of other packets is what it was.
   */
  public void probeSent(int size) {
    try (var _ = lock.hold()) {
      inFlight += size;
      packetsInFlight++;
    }
  }

  /** Pacing keeps back what the window allows, and what would have made good use of it. */
  public void paced(long nowNanos) {
    try (var _ = lock.hold()) {
      // RFC 9002 §7.8: who only waits for pacing is not application limited.
      if (inFlight >= window / 2) {
        lastFull = nowNanos;
      }
    }
  }

  /** Begins the acknowledgements that came at this time. */
  public void acknowledging(long nowNanos, long smoothedRttNanos) {
    try (var _ = lock.hold()) {
      now = nowNanos;
      smoothedRtt = smoothedRttNanos;
    }
  }

  /** A packet in flight was acknowledged. */
  public void acknowledged(int size, long sentNanos) {
    try (var _ = lock.hold()) {
      leaveFlight(size, 1);
      if (recoveryStart != NEVER && sentNanos - recoveryStart <= 0) {
        return;
      }
      if (lastFull == NEVER || lastFull - sentNanos < 0) {
        notLimited(now);
        return;
      }
      if (window < slowStartThreshold) {
        window += size;
      } else {
        window = growth(window, size, now, smoothedRtt);
      }
    }
  }

  /** Packets were lost that are this large together, the last of them sent at that time. */
  public void lost(int size, int packets, long lastSentNanos, long nowNanos) {
    try (var _ = lock.hold()) {
      leaveFlight(size, packets);
      if (recoveryStart != NEVER && lastSentNanos - recoveryStart <= 0) {
        return;
      }
      recoveryStart = nowNanos;
      window = Math.max(reduced(window), minimum());
      slowStartThreshold = window;
    }
  }

  /** Nothing came through for several probe time-outs (RFC 9002 section 7.6). */
  public void persistentCongestion() {
    try (var _ = lock.hold()) {
      window = minimum();
      recoveryStart = NEVER;
      forget();
    }
  }

  /**
   * Packets take another path from now on, of which nothing is known (RFC 9000 section 9.4); what
   * becomes of those that are in flight says nothing about it.
   */
  public void newPath(long nowNanos) {
    try (var _ = lock.hold()) {
      packetSize = MIN_PACKET_SIZE;
      window = initialWindow(packetSize);
      slowStartThreshold = Long.MAX_VALUE;
      recoveryStart = nowNanos;
      forget();
    }
  }

  /** Packets are in flight no more, without being acknowledged or lost. */
  public void discarded(int size, int packets) {
    try (var _ = lock.hold()) {
      if (packets > 0) {
        leaveFlight(size, packets);
      }
    }
  }

  private void leaveFlight(int size, int packets) {
    inFlight -= size;
    packetsInFlight -= packets;
    listener.bytesInFlightDecreased(inFlight);
  }

  /** The window after an acknowledgement of so many bytes, beyond slow start. */
  abstract long growth(long window, int acknowledged, long nowNanos, long smoothedRttNanos);

  /** The window after a loss. */
  abstract long reduced(long window);

  /** An acknowledgement came while the window was not what limits the sender. */
  abstract void notLimited(long nowNanos);

  /** Starts as if nothing was known of the path. */
  abstract void forget();

  final int packetSize() {
    return packetSize;
  }

  private long minimum() {
    return (long) MINIMUM_PACKETS * packetSize;
  }

  /** Room for whole packets: less than one counts as none, so that no packet is cut to fit. */
  @Override
  public long remainingCwnd() {
    long free = window - inFlight;
    return free < packetSize || packetsInFlight >= MAX_PACKETS_IN_FLIGHT ? 0 : free;
  }

  /** Whether the window still grows by all that is acknowledged. */
  public boolean inSlowStart() {
    try (var _ = lock.hold()) {
      return window < slowStartThreshold;
    }
  }

  @Override
  public boolean canSend(int bytes) {
    return bytes <= remainingCwnd();
  }

  @Override
  public long getBytesInFlight() {
    return inFlight;
  }

  @Override
  public long getWindowSize() {
    return window;
  }

  @Override
  public void registerInFlight(QuicPacket packet) {
    if (!packet.isAckOnly()) {
      sent(packet.getSize(), System.nanoTime());
    }
  }

  @Override
  public void registerAcked(List<? extends PacketInfo> packets) {
    try (var _ = lock.hold()) {
      acknowledging(System.nanoTime(), smoothedRtt);
      for (PacketInfo packet : packets) {
        acknowledged(packet.packet().getSize(), nanos(packet.timeSent()));
      }
    }
  }

  @Override
  public void registerLost(List<? extends PacketInfo> packets) {
    try (var _ = lock.hold()) {
      if (!packets.isEmpty()) {
        long last = nanos(packets.getLast().timeSent());
        lost(bytes(packets), packets.size(), last, System.nanoTime());
      }
    }
  }

  @Override
  public void discard(List<? extends PacketInfo> packets) {
    try (var _ = lock.hold()) {
      discarded(bytes(packets), packets.size());
    }
  }

  @Override
  public void reset() {
    try (var _ = lock.hold()) {
      discarded((int) inFlight, packetsInFlight);
    }
  }

  private static int bytes(List<? extends PacketInfo> packets) {
    int sum = 0;
    for (PacketInfo packet : packets) {
      sum += packet.packet().getSize();
    }
    return sum;
  }

  private static long nanos(Instant time) {
    return System.nanoTime() - Duration.between(time, Instant.now()).toNanos();
  }
}
