package tech.kwik.core.recovery;

import tech.kwik.core.common.PnSpace;
import tech.kwik.core.impl.HandshakeState;
import tech.kwik.core.impl.Role;

/** When which space sends a probe (RFC 9002 section 6.2). Guarded by the recovery lock. */
final class ProbeTimeout {

  private static final PnSpace[] SPACES = PnSpace.values();
  private static final int MAX_BACKOFF_SHIFT = 16;

  private final Role role;
  private final RttEstimator rtt;
  private final LossDetector[] spaces;
  private HandshakeState handshake = HandshakeState.Initial;
  private int expirations;

  ProbeTimeout(Role role, RttEstimator rtt, LossDetector[] spaces) {
    this.role = role;
    this.rtt = rtt;
    this.spaces = spaces;
  }

  /** Which space sends the next probe, and when. */
  record Probe(PnSpace space, long due) {}

  /** The next probe, or null if there is nothing to probe for. */
  Probe next(long now) {
    int shift = Math.min(expirations, MAX_BACKOFF_SHIFT);
    Probe earliest = null;
    for (PnSpace space : SPACES) {
      LossDetector detector = spaces[space.ordinal()];
      // Section 6.2.1: not for application data before the handshake is confirmed.
      if (!detector.ackElicitingInFlight() || space == PnSpace.App && handshake.isNotConfirmed()) {
        continue;
      }
      long period = detector.probeTimeoutNanos();
      if (space == PnSpace.App) {
        period += rtt.maxAckDelayNanos();
      }
      long due = detector.lastAckElicitingSent() + (period << shift);
      if (earliest == null || due - earliest.due < 0) {
        earliest = new Probe(space, due);
      }
    }
    if (earliest == null && peerAwaitsValidation()) {
      // Section 6.2.2.1: the server may wait for bytes that let it send.
      PnSpace space = handshake.hasNoHandshakeKeys() ? PnSpace.Initial : PnSpace.Handshake;
      long period = spaces[space.ordinal()].probeTimeoutNanos();
      earliest = new Probe(space, now + (period << shift));
    }
    return earliest;
  }

  private boolean peerAwaitsValidation() {
    return role == Role.Client
        && handshake.isNotConfirmed()
        && spaces[PnSpace.Handshake.ordinal()].nothingAcknowledged();
  }

  /** Nothing came in time: returns how many probes to send, and waits twice as long from now on. */
  int expired() {
    expirations++;
    return expirations > 1 ? 2 : 1;
  }

  /** How many there were in a row. */
  int expirations() {
    return expirations;
  }

  /** Something came, which ends the back-off, but not for a client that is not validated yet. */
  void acknowledged() {
    if (!peerAwaitsValidation()) {
      expirations = 0;
    }
  }

  void restart() {
    expirations = 0;
  }

  void handshake(HandshakeState state) {
    handshake = state;
  }

  boolean isHandshakeConfirmed() {
    return handshake.isConfirmed();
  }
}
