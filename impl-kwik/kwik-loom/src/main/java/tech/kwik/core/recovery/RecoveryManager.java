// checkstyle allow FileLength: stock kwik asks all of this of one class
package tech.kwik.core.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tech.kwik.core.cc.CongestionController;
import tech.kwik.core.cc.LossBasedController;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.FrameReceivedListener;
import tech.kwik.core.impl.HandshakeState;
import tech.kwik.core.impl.HandshakeStateListener;
import tech.kwik.core.impl.Role;
import tech.kwik.core.log.Logger;
import tech.kwik.core.log.QLog;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.send.Sender;
import tech.kwik.core.send.SenderImpl;
import tech.kwik.core.udp.Locks;

/**
 * Loss detection and probe time-outs of a connection (RFC 9002 section 6 and appendix A).
 *
 * <p>Differs from the class that it replaces in counting nanoseconds, in one alarm of the process
 * in place of a thread per connection that is told about every packet, and in one lock, under which
 * nothing else is called: streams and the sender hear of acknowledgements and losses after it.
 */
public class RecoveryManager implements FrameReceivedListener<AckFrame>, HandshakeStateListener {

  private static final PnSpace[] SPACES = PnSpace.values();
  private static final long MAX_QUEUEING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final RttEstimator rtt;
  private final LossBasedController congestion;
  private final Sender sender;
  private final BooleanSupplier mayProbe;
  private final Logger log;
  private final Alarm alarm = new Alarm(this::timeout);

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final LossDetector[] spaces = new LossDetector[SPACES.length];
  private final long[] largestSent = new long[SPACES.length];
  private final ProbeTimeout probeTimeout;
  private long due = LossDetector.NEVER;
  private boolean stopped;

  /**
   * @param mayProbe false while nothing may be sent, not even a probe; called with a lock held.
   *     When that changes, {@link #mayProbeAgain} is to be called
   */
  public RecoveryManager(
      Role role,
      RttEstimator rtt,
      CongestionController congestion,
      Sender sender,
      BooleanSupplier mayProbe,
      Logger log) {
    this.rtt = rtt;
    this.mayProbe = mayProbe;
    this.congestion = (LossBasedController) congestion;
    this.sender = sender;
    this.log = log;
    for (PnSpace space : SPACES) {
      spaces[space.ordinal()] = new LossDetector(rtt, this.congestion);
      largestSent[space.ordinal()] = -1;
    }
    this.probeTimeout = new ProbeTimeout(role, rtt, spaces);
  }

  /** Registers a packet that is about to be sent. */
  public void packetSent(QuicPacket packet, Instant sent, Consumer<QuicPacket> lostCallback) {
    int space = packet.getPnSpace().ordinal();
    Locks.acquire(lock);
    try {
      largestSent[space] = Math.max(largestSent[space], packet.getPacketNumber());
      if (!stopped && PacketStatus.countsAsInFlight(packet)) {
        spaces[space].packetSent(new PacketStatus(sent, System.nanoTime(), packet, lostCallback));
        setAlarm();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the peer acknowledges a packet that was never sent. */
  public boolean isUnsent(AckFrame ack, PnSpace space) {
    Locks.acquire(lock);
    try {
      return ack.getLargestAcknowledged() > largestSent[space.ordinal()];
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void received(AckFrame ack, PnSpace space, Instant received) {
    onAckReceived(ack, space, received);
  }

  public void onAckReceived(AckFrame ack, PnSpace space, Instant received) {
    List<PacketStatus> acknowledged = new ArrayList<>();
    List<PacketStatus> lost = new ArrayList<>();
    long receivedNanos = System.nanoTime() - nanosSince(received);
    Locks.acquire(lock);
    try {
      if (stopped) {
        return;
      }
      spaces[space.ordinal()].ackReceived(
          ack, receivedNanos, ackDelayNanos(ack, space), acknowledged, lost);
      if (!acknowledged.isEmpty()) {
        probeTimeout.acknowledged();
      }
      setAlarm();
    } finally {
      lock.unlock();
    }
    for (int i = 0; i < acknowledged.size(); i++) {
      acknowledged.get(i).tellAcknowledged();
    }
    tellLost(lost);
    log.getQLog()
        .emitRecoveryMetrics(
            congestion.getWindowSize(),
            congestion.getBytesInFlight(),
            rtt.getSmoothedRtt(),
            rtt.getRttVar(),
            rtt.getLatestRtt());
  }

  /** How long a received packet has waited to be processed. */
  private static long nanosSince(Instant received) {
    long nanos = Duration.between(received, Instant.now()).toNanos();
    return Math.clamp(nanos, 0, MAX_QUEUEING_NANOS);
  }

  /** RFC 9002 section 5.3: not for Initial packets, and limited once the handshake is confirmed. */
  long ackDelayNanos(AckFrame ack, PnSpace space) {
    if (space == PnSpace.Initial) {
      return 0;
    }
    long nanos = TimeUnit.MICROSECONDS.toNanos(ack.ackDelayMicros());
    return probeTimeout.isHandshakeConfirmed() ? Math.min(nanos, rtt.maxAckDelayNanos()) : nanos;
  }

  private void tellLost(List<PacketStatus> lost) {
    if (lost.isEmpty()) {
      return;
    }
    QLog qlog = log.getQLog();
    for (int i = 0; i < lost.size(); i++) {
      PacketStatus packet = lost.get(i);
      packet.tellLost();
      qlog.emitPacketLostEvent(packet.packet(), Instant.now());
    }
    sender.flush();
  }

  /** Sets the alarm as appendix A.8 says. Called with the lock held. */
  private void setAlarm() {
    due = earliestLossTime();
    // RFC 9002 §6.2.2.1: a server that may send nothing does not count the time either.
    if (due == LossDetector.NEVER && mayProbe.getAsBoolean()) {
      ProbeTimeout.Probe probe = probeTimeout.next(System.nanoTime());
      due = probe == null ? LossDetector.NEVER : probe.due();
    }
    if (due == LossDetector.NEVER) {
      alarm.off();
    } else {
      alarm.at(due);
    }
  }

  private long earliestLossTime() {
    long earliest = LossDetector.NEVER;
    for (LossDetector space : spaces) {
      long time = space.lossTime();
      if (time != LossDetector.NEVER && (earliest == LossDetector.NEVER || time - earliest < 0)) {
        earliest = time;
      }
    }
    return earliest;
  }

  /** Runs on the timer thread. */
  private void timeout() {
    List<PacketStatus> lost = new ArrayList<>();
    PnSpace probed = null;
    int probes = 0;
    int expirations = 0;
    List<QuicFrame> repeated = List.of();
    Locks.acquire(lock);
    try {
      long now = System.nanoTime();
      if (stopped || due == LossDetector.NEVER) {
        return;
      }
      if (due - now > 0) {
        // An acknowledgement came when the alarm was on its way.
        alarm.at(due);
        return;
      }
      if (earliestLossTime() != LossDetector.NEVER) {
        for (LossDetector space : spaces) {
          space.detectLost(now, lost);
        }
      } else if (mayProbe.getAsBoolean()) {
        ProbeTimeout.Probe probe = probeTimeout.next(now);
        if (probe != null) {
          probes = probeTimeout.expired();
          expirations = probeTimeout.expirations();
          probed = probe.space();
          PacketStatus oldest = spaces[probed.ordinal()].oldestWorthRepeating();
          if (oldest != null) {
            repeated = Probes.repeatable(oldest.packet().getFrames());
          }
        }
      }
      setAlarm();
    } finally {
      lock.unlock();
    }
    tellLost(lost);
    if (probes > 0 && sender instanceof SenderImpl ours) {
      ours.timedOut(expirations);
    }
    for (int i = 0; i < probes; i++) {
      sendProbe(probed, repeated);
    }
  }

  private void sendProbe(PnSpace space, List<QuicFrame> repeated) {
    // Without frames it is a PING.
    sender.sendProbe(repeated, space.relatedEncryptionLevel());
  }

  /** What the peer promised, in milliseconds. */
  public void setReceiverMaxAckDelay(int millis) {
    rtt.setMaxAckDelay(millis);
  }

  /** Ends recovery for good. */
  public void stopRecovery() {
    Locks.acquire(lock);
    try {
      stopped = true;
      alarm.off();
      for (LossDetector space : spaces) {
        space.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The keys of a space were discarded. */
  public void stopRecovery(PnSpace space) {
    whileAlive(() -> {
      spaces[space.ordinal()].close();
      probeTimeout.restart();
    });
  }

  /** The packets of a space were for nothing, after Retry for example. */
  public void reset(PnSpace space) {
    whileAlive(() -> {
      spaces[space.ordinal()].reset();
      probeTimeout.restart();
    });
  }

  /** Packets take another path from now on, of which nothing is known. */
  public void newPath() {
    whileAlive(() -> {
      long now = System.nanoTime();
      rtt.newPath(now);
      congestion.newPath(now);
    });
  }

  /** A probe that would have been due meanwhile is due now. */
  public void mayProbeAgain() {
    whileAlive(() -> {});
  }

  @Override
  public void handshakeStateChangedEvent(HandshakeState state) {
    whileAlive(() -> probeTimeout.handshake(state));
  }

  private void whileAlive(Runnable change) {
    Locks.acquire(lock);
    try {
      if (!stopped) {
        change.run();
        setAlarm();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The number of packets declared lost. */
  public long getLost() {
    Locks.acquire(lock);
    try {
      long sum = 0;
      for (LossDetector space : spaces) {
        sum += space.lostCount();
      }
      return sum;
    } finally {
      lock.unlock();
    }
  }
}
