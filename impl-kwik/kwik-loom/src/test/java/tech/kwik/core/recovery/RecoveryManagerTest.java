package tech.kwik.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.cc.CongestionControlEventListener;
import tech.kwik.core.cc.LossBasedController;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.DatagramFrame;
import tech.kwik.core.frame.MaxDataFrame;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.Range;
import tech.kwik.core.impl.HandshakeState;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.Version;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.send.Sender;

/** Recovery as a whole, with the alarm; round-trip times are short, so that probes come soon. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecoveryManagerTest {

  private static final int SIZE = 1_200;

  /** What recovery asks the sender for: the frames of a probe, or none for a PING; flushes. */
  private static final class Probed implements Sender, CongestionControlEventListener {
    record Probe(List<QuicFrame> frames, EncryptionLevel level) {}

    final BlockingQueue<Probe> probes = new LinkedBlockingQueue<>();
    final BlockingQueue<Boolean> flushes = new LinkedBlockingQueue<>();
    volatile Runnable atNextProbe = () -> {};

    Probe next() throws InterruptedException {
      Probe probe = probes.poll(10, TimeUnit.SECONDS);
      assertThat(probe).as("a probe").isNotNull();
      return probe;
    }

    @Override
    public void sendProbe(EncryptionLevel level) {
      probes.add(new Probe(List.of(), level));
    }

    @Override
    public void sendProbe(List<QuicFrame> frames, EncryptionLevel level) {
      atNextProbe.run();
      probes.add(new Probe(frames, level));
    }

    @Override
    public void flush() {
      flushes.add(true);
    }

    @Override
    public void send(QuicFrame frame, EncryptionLevel level) {}

    @Override
    public void send(QuicFrame frame, EncryptionLevel level, Consumer<QuicFrame> lost) {}

    @Override
    public void send(
        Function<Integer, QuicFrame> supplier,
        int minimum,
        EncryptionLevel level,
        Consumer<QuicFrame> lost) {}

    @Override
    public void setInitialToken(byte[] token) {}

    @Override
    public void sendAck(PnSpace space, int maxDelay) {}

    @Override
    public void packetProcessed(boolean more) {}

    @Override
    public void datagramProcessed(boolean more) {}

    @Override
    public Instant lastAckElicitingSent() {
      return Instant.EPOCH;
    }

    @Override
    public void bytesInFlightIncreased(long bytes) {}

    @Override
    public void bytesInFlightDecreased(long bytes) {}
  }

  private volatile boolean mayProbe = true;
  private final Probed sender = new Probed();
  private final RttEstimator rtt = new RttEstimator(new NullLogger(), 1);
  private final LossBasedController congestion =
      LossBasedController.create(new NullLogger(), sender);
  private final RecoveryManager recovery =
      new RecoveryManager(Role.Server, rtt, congestion, sender, () -> mayProbe, new NullLogger());
  private final BlockingQueue<Long> lost = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    recovery.stopRecovery();
  }

  private void confirmed() {
    recovery.handshakeStateChangedEvent(HandshakeState.Confirmed);
  }

  private void send(PnSpace space, long number, QuicFrame... frames) {
    QuicPacket packet = new TestPacket(space, number, SIZE, List.of(frames));
    recovery.packetSent(packet, Instant.now(), p -> lost.add(p.getPacketNumber()));
  }

  private void ack(PnSpace space, long from, long upTo) {
    recovery.onAckReceived(new AckFrame(new Range(from, upTo)), space, Instant.now());
  }

  // RFC 9002 §6.2.4: a probe repeats data; the packet itself is not lost by that
  @Test
  void afterAProbeTimeoutTheFramesOfTheOldestPacketAreSentAgain() throws Exception {
    confirmed();
    MaxDataFrame oldest = new MaxDataFrame(1);
    send(PnSpace.App, 0, oldest);
    send(PnSpace.App, 1, new MaxDataFrame(2));
    Probed.Probe first = sender.next();
    assertThat(first.frames()).containsExactly(oldest);
    assertThat(first.level()).isEqualTo(EncryptionLevel.App);
    assertThat(congestion.getBytesInFlight()).isEqualTo(2 * SIZE);
    assertThat(lost).isEmpty();
    // RFC 9002 §6.2.4: from the second time on two of them
    assertThat(sender.next()).isEqualTo(first);
    assertThat(sender.next()).isEqualTo(first);
    assertThat(recovery.getLost()).isZero();
  }

  // RFC 9221 §5.2: datagrams are not retransmitted; a probe does not repeat them either
  @Test
  void datagramsAreNotRepeatedByProbes() throws Exception {
    confirmed();
    send(PnSpace.App, 0, new DatagramFrame(new byte[10]));
    assertThat(sender.next().frames()).as("a PING").isEmpty();
    MaxDataFrame worthIt = new MaxDataFrame(1);
    send(PnSpace.App, 1, new DatagramFrame(new byte[10]), worthIt, new PingFrame());
    Probed.Probe probe = sender.next();
    while (probe.frames().isEmpty()) {
      probe = sender.next();
    }
    assertThat(probe.frames()).containsExactly(worthIt);
  }

  @Test
  void theSpaceThatWaitsIsProbed() throws Exception {
    send(PnSpace.Handshake, 0, new PingFrame());
    assertThat(sender.next().level()).isEqualTo(EncryptionLevel.Handshake);
    recovery.stopRecovery(PnSpace.Handshake);
    sender.probes.clear();
    send(PnSpace.Initial, 0, new PingFrame());
    assertThat(sender.next().level()).isEqualTo(EncryptionLevel.Initial);
  }

  // RFC 9002 §6.2.2.1: at the anti-amplification limit the timer MUST NOT be armed, A.6: a probe
  // that
  // was due meanwhile leaves when it may
  @Test
  void whileNothingMayBeSentNoProbeTimeoutCounts() throws Exception {
    mayProbe = false;
    send(PnSpace.Handshake, 0, new PingFrame());
    assertThat(sender.probes.poll(300, TimeUnit.MILLISECONDS)).isNull();
    mayProbe = true;
    recovery.mayProbeAgain();
    assertThat(sender.next().level()).isEqualTo(EncryptionLevel.Handshake);
  }

  // RFC 9002 §6.1.2: the time threshold is watched by the alarm, without another acknowledgement
  @Test
  void aPacketIsDeclaredLostWhenItsTimeHasComeAndWhoSentItIsTold() throws Exception {
    confirmed();
    send(PnSpace.App, 0, new MaxDataFrame(1));
    send(PnSpace.App, 1, new MaxDataFrame(2));
    ack(PnSpace.App, 1, 1);
    assertThat(lost.poll(10, TimeUnit.SECONDS)).isEqualTo(0);
    assertThat(sender.flushes.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(recovery.getLost()).isEqualTo(1);
    assertThat(congestion.getBytesInFlight()).isZero();
  }

  /** Who is told may send at once, which takes the lock: it is not held while others are told. */
  @Test
  void whoIsToldOfALossCanSendAtOnce() throws Exception {
    confirmed();
    QuicPacket packet = new TestPacket(PnSpace.App, 0, SIZE, List.of(new MaxDataFrame(1)));
    BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
    recovery.packetSent(
        packet,
        Instant.now(),
        p -> {
          Thread other = Thread.ofPlatform().start(() -> send(PnSpace.App, 4, new MaxDataFrame(1)));
          try {
            told.add(other.join(java.time.Duration.ofSeconds(10)));
          } catch (InterruptedException e) {
            told.add(false);
          }
        });
    for (int i = 1; i <= 3; i++) {
      send(PnSpace.App, i, new MaxDataFrame(1));
    }
    ack(PnSpace.App, 1, 3);
    assertThat(told.poll(15, TimeUnit.SECONDS)).isTrue();
  }

  // RFC 9002 §2: packets with only ACK or CONNECTION_CLOSE frames are not in flight
  @Test
  void acknowledgementsAndFarewellsAreNotInFlight() {
    confirmed();
    send(PnSpace.App, 0, new AckFrame(1));
    send(PnSpace.App, 1, new ConnectionCloseFrame(Version.getDefault()), new AckFrame(1));
    assertThat(congestion.getBytesInFlight()).isZero();
    send(PnSpace.App, 2, new AckFrame(1), new PingFrame());
    assertThat(congestion.getBytesInFlight()).isEqualTo(SIZE);
  }

  // RFC 9002 §5.3: the delay MUST be limited by max_ack_delay once the handshake is confirmed,
  // may be ignored for Initial packets, and max_ack_delay is ignored before
  @Test
  void thePeersDelayIsLimitedOnceTheHandshakeIsConfirmed() {
    recovery.setReceiverMaxAckDelay(20);
    AckFrame ack = delayed(50_000);
    long before = recovery.ackDelayNanos(ack, PnSpace.App);
    assertThat(before).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
    assertThat(recovery.ackDelayNanos(ack, PnSpace.Handshake)).isEqualTo(before);
    assertThat(recovery.ackDelayNanos(ack, PnSpace.Initial)).isZero();
    confirmed();
    assertThat(recovery.ackDelayNanos(ack, PnSpace.App))
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    assertThat(recovery.ackDelayNanos(delayed(8_000), PnSpace.App))
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(8));
  }

  /** As it is received, with the default exponent of 3. */
  private static AckFrame delayed(int micros) {
    var buffer = java.nio.ByteBuffer.allocate(16);
    buffer.put((byte) 2).put((byte) 5);
    tech.kwik.core.generic.VariableLengthInteger.encode(micros / 8, buffer);
    buffer.put((byte) 0).put((byte) 0).flip();
    try {
      AckFrame frame = new AckFrame().parse(buffer, new NullLogger());
      frame.setDelayExponent(3);
      return frame;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // RFC 9002 A.7: the back-off is reset by news only
  @Test
  void anAcknowledgementWithoutNewsDoesNotResetTheBackOff() throws Exception {
    confirmed();
    send(PnSpace.App, 0, new MaxDataFrame(1));
    ack(PnSpace.App, 0, 0);
    send(PnSpace.App, 1, new MaxDataFrame(2));
    sender.next(); // the first expiry sends one probe, the next in a row two
    sender.atNextProbe = recovery::stopRecovery;
    ack(PnSpace.App, 0, 0);
    sender.next();
    assertThat(sender.probes.poll(10, TimeUnit.SECONDS)).as("a second one").isNotNull();
  }

  @Test
  void nothingHappensAfterTheEnd() throws Exception {
    confirmed();
    send(PnSpace.App, 0, new MaxDataFrame(1));
    recovery.stopRecovery();
    sender.probes.clear();
    assertThat(congestion.getBytesInFlight()).isZero();
    send(PnSpace.App, 1, new MaxDataFrame(1));
    ack(PnSpace.App, 0, 1);
    assertThat(congestion.getBytesInFlight()).isZero();
    assertThat(sender.probes.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }
}
