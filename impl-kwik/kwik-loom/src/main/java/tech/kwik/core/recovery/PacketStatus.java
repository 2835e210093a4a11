package tech.kwik.core.recovery;

import java.time.Instant;
import java.util.function.Consumer;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.packet.PacketInfo;
import tech.kwik.core.packet.QuicPacket;

/**
 * A sent packet: in flight until it is either acknowledged or declared lost, once.
 *
 * <p>Unlike the class it replaces it tells the frames of an acknowledged packet.
 */
class PacketStatus extends PacketInfo {

  private enum State {
    Inflight,
    Acked,
    Lost
  }

  // Guarded by this.
  private State state = State.Inflight;

  public PacketStatus(Instant sent, QuicPacket packet, Consumer<QuicPacket> lostCallback) {
    super(sent, packet, lostCallback);
  }

  public synchronized boolean acked() {
    return state == State.Acked;
  }

  public synchronized boolean inFlight() {
    return state == State.Inflight;
  }

  public boolean setAcked() {
    if (!leaveFlight(State.Acked)) {
      return false;
    }
    for (QuicFrame frame : packet().getFrames()) {
      if (frame instanceof AcknowledgedFrame acknowledged) {
        acknowledged.acknowledged();
      }
    }
    return true;
  }

  public boolean setLost() {
    return leaveFlight(State.Lost);
  }

  private synchronized boolean leaveFlight(State next) {
    boolean inFlight = state == State.Inflight;
    if (inFlight) {
      state = next;
    }
    return inFlight;
  }

  public synchronized String status() {
    return state.name();
  }

  @Override
  public String toString() {
    return packet().getEncryptionLevel().name().charAt(0)
        + "|"
        + packet().getPacketNumber()
        + "|"
        + packet().getSize()
        + "|"
        + status();
  }
}
