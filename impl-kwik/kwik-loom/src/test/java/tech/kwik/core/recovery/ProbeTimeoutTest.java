package tech.kwik.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kwik.core.cc.CongestionControlEventListener;
import tech.kwik.core.cc.LossBasedController;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.impl.HandshakeState;
import tech.kwik.core.impl.Role;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.recovery.ProbeTimeout.Probe;

/** RFC 9002 section 6.2. */
class ProbeTimeoutTest {

  private static final long MILLI = 1_000_000;
  // smoothed_rtt + 4 * rttvar, before the first sample
  private static final long FIRST_PTO = 999 * MILLI;

  private final RttEstimator rtt = new RttEstimator(new NullLogger());
  private final LossDetector[] spaces = new LossDetector[3];
  private final ProbeTimeout client = probeTimeout(Role.Client);
  private final ProbeTimeout server = new ProbeTimeout(Role.Server, rtt, spaces);

  private ProbeTimeout probeTimeout(Role role) {
    var listener =
        new CongestionControlEventListener() {
          @Override
          public void bytesInFlightIncreased(long bytes) {}

          @Override
          public void bytesInFlightDecreased(long bytes) {}
        };
    LossBasedController congestion = LossBasedController.create(new NullLogger(), listener);
    for (PnSpace space : PnSpace.values()) {
      spaces[space.ordinal()] = new LossDetector(rtt, congestion);
    }
    return new ProbeTimeout(role, rtt, spaces);
  }

  private void send(PnSpace space, long number, long nanos) {
    TestPacket packet = new TestPacket(space, number, 1_200, List.of(new PingFrame()));
    spaces[space.ordinal()].packetSent(TestPacket.sent(packet, nanos, p -> {}));
  }

  private void ack(PnSpace space, long number, long nanos) {
    spaces[space.ordinal()].ackReceived(
        new AckFrame(number), nanos, 0, new ArrayList<>(), new ArrayList<>());
  }

  // RFC 9002 §6.2.1: PTO = smoothed_rtt + max(4*rttvar, kGranularity) + max_ack_delay
  @Test
  void aProbeIsDueAProbeTimeoutAfterTheLastAckElicitingPacket() {
    server.handshake(HandshakeState.Confirmed);
    send(PnSpace.App, 0, 0);
    send(PnSpace.App, 1, 5 * MILLI);
    rtt.setMaxAckDelay(30);
    assertThat(server.next(6 * MILLI))
        .isEqualTo(new Probe(PnSpace.App, 5 * MILLI + FIRST_PTO + 30 * MILLI));
  }

  @Test
  void theVariationCountsForAMillisecondAtLeast() {
    server.handshake(HandshakeState.Confirmed);
    for (int i = 0; i < 200; i++) {
      rtt.addSample(100_000, 0, 0);
    }
    send(PnSpace.App, 0, 0);
    assertThat(server.next(0).due()).isEqualTo(100_000 + MILLI + 25 * MILLI);
  }

  // RFC 9002 §6.2.1: max_ack_delay is 0 for Initial and Handshake packets
  @Test
  void inTheHandshakeThePeersDelayDoesNotCount() {
    send(PnSpace.Initial, 0, 0);
    assertThat(server.next(0)).isEqualTo(new Probe(PnSpace.Initial, FIRST_PTO));
    send(PnSpace.Handshake, 0, 0);
    ack(PnSpace.Initial, 0, 50 * MILLI);
    assertThat(server.next(0)).isEqualTo(new Probe(PnSpace.Handshake, 150 * MILLI));
  }

  // RFC 9002 §6.2.1: the timer is set for the earlier of the Initial and Handshake spaces
  @Test
  void theEarliestSpaceIsProbed() {
    send(PnSpace.Initial, 0, 10 * MILLI);
    send(PnSpace.Handshake, 0, 5 * MILLI);
    assertThat(server.next(0)).isEqualTo(new Probe(PnSpace.Handshake, 5 * MILLI + FIRST_PTO));
  }

  // RFC 9002 §6.2.1: no timer for application data until the handshake is confirmed
  @Test
  void applicationDataIsNotProbedForBeforeTheHandshakeIsConfirmed() {
    send(PnSpace.App, 0, 0);
    for (HandshakeState state : HandshakeState.values()) {
      server.handshake(state);
      assertThat(server.next(0) != null).isEqualTo(state == HandshakeState.Confirmed);
    }
  }

  @Test
  void withNothingInFlightAServerDoesNotProbe() {
    assertThat(server.next(0)).isNull();
    send(PnSpace.Initial, 0, 0);
    ack(PnSpace.Initial, 0, MILLI);
    assertThat(server.next(0)).isNull();
  }

  // RFC 9002 §6.2.1: PTO doubles with each expiry, and acknowledgements reset that
  @Test
  void eachExpiryDoublesThePeriodAndAnAcknowledgementResetsIt() {
    send(PnSpace.Initial, 0, 0);
    for (int i = 0; i < 5; i++) {
      assertThat(server.next(0).due()).isEqualTo(FIRST_PTO << i);
      server.expired();
    }
    server.acknowledged();
    assertThat(server.next(0).due()).isEqualTo(FIRST_PTO);
  }

  @Test
  void anyNumberOfExpiriesLeavesATimeInTheFuture() {
    send(PnSpace.Initial, 0, 0);
    for (int i = 0; i < 1_000; i++) {
      server.expired();
      assertThat(server.next(0).due()).isGreaterThan(FIRST_PTO);
    }
  }

  // RFC 9002 §6.2.4: one packet at least, and two at most
  @Test
  void theFirstExpirySendsOneProbeAndTheNextTwo() {
    assertThat(server.expired()).isEqualTo(1);
    assertThat(server.expired()).isEqualTo(2);
    assertThat(server.expired()).isEqualTo(2);
    server.restart();
    assertThat(server.expired()).isEqualTo(1);
  }

  // RFC 9002 §6.2.2.1: the server may be waiting for bytes that let it send
  @Test
  void aClientProbesThoughNothingIsInFlightUntilAHandshakePacketIsAcknowledged() {
    long now = 7 * MILLI;
    assertThat(client.next(now)).isEqualTo(new Probe(PnSpace.Initial, now + FIRST_PTO));
    client.handshake(HandshakeState.HasHandshakeKeys);
    assertThat(client.next(now)).isEqualTo(new Probe(PnSpace.Handshake, now + FIRST_PTO));
    client.expired();
    assertThat(client.next(now).due()).isEqualTo(now + 2 * FIRST_PTO);
    send(PnSpace.Handshake, 0, now);
    ack(PnSpace.Handshake, 0, now + MILLI);
    assertThat(client.next(now)).isNull();
  }

  @Test
  void aClientWhoseHandshakeIsConfirmedIsValidated() {
    client.handshake(HandshakeState.Confirmed);
    assertThat(client.next(0)).isNull();
  }

  // RFC 9002 §6.2.1: a client does not reset its back-off while the server may not have validated
  // it
  @Test
  void acknowledgementsDoNotResetTheBackOffOfAClientThatIsNotValidated() {
    client.expired();
    client.expired();
    client.acknowledged();
    assertThat(client.next(0).due()).isEqualTo(FIRST_PTO << 2);
    client.handshake(HandshakeState.HasHandshakeKeys);
    send(PnSpace.Handshake, 0, 0);
    ack(PnSpace.Handshake, 0, 333 * MILLI);
    client.acknowledged();
    send(PnSpace.Handshake, 1, 0);
    assertThat(client.next(0).due()).isEqualTo(FIRST_PTO);
  }

  // RFC 9002 §6.2.2.1: early data in flight does not replace the client's probe
  @Test
  void aClientWithOnlyEarlyDataInFlightProbes() {
    send(PnSpace.App, 0, 0);
    assertThat(client.next(0)).isEqualTo(new Probe(PnSpace.Initial, FIRST_PTO));
  }
}
