package tech.kwik.core.recovery;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.frame.ConnectionCloseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.packet.OutgoingShortPacket;
import tech.kwik.core.packet.PacketInfo;
import tech.kwik.core.packet.QuicPacket;

/**
 * A sent packet: in flight until it is either acknowledged or declared lost, once. What recovery
 * asks again and again about its frames is computed once. State is guarded by the recovery lock.
 */
final class PacketStatus extends PacketInfo {

  private enum State {
    IN_FLIGHT,
    ACKNOWLEDGED,
    LOST
  }

  private final long number;
  private final long sentNanos;
  private final int size;
  private final boolean ackEliciting;
  private final Consumer<QuicPacket> lostCallback;
  private State state = State.IN_FLIGHT;

  PacketStatus(Instant sent, long sentNanos, QuicPacket packet, Consumer<QuicPacket> lostCallback) {
    super(sent, packet, lostCallback);
    this.lostCallback = lostCallback;
    this.number = packet.getPacketNumber();
    this.sentNanos = sentNanos;
    // RFC 9000 §9.4: what takes another path has no part in the window of this one.
    this.size = otherPath() ? 0 : packet.getSize();
    this.ackEliciting = hasAckElicitingFrame(packet);
  }

  private static boolean hasAckElicitingFrame(QuicPacket packet) {
    List<QuicFrame> frames = packet.getFrames();
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).isAckEliciting()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a packet counts as in flight: it elicits an acknowledgement or is padded. */
  static boolean countsAsInFlight(QuicPacket packet) {
    List<QuicFrame> frames = packet.getFrames();
    for (int i = 0; i < frames.size(); i++) {
      QuicFrame frame = frames.get(i);
      if (!(frame instanceof AckFrame) && !(frame instanceof ConnectionCloseFrame)) {
        return true;
      }
    }
    return false;
  }

  long number() {
    return number;
  }

  /** By {@link System#nanoTime()}. */
  long sentNanos() {
    return sentNanos;
  }

  int size() {
    return size;
  }

  boolean ackEliciting() {
    return ackEliciting;
  }

  /** Whether its loss is no sign of congestion. */
  boolean probe() {
    return packet() instanceof OutgoingShortPacket ours && ours.isProbe();
  }

  /** Whether it took another path than the other packets. */
  boolean otherPath() {
    return packet() instanceof OutgoingShortPacket ours && ours.isOtherPath();
  }

  boolean inFlight() {
    return state == State.IN_FLIGHT;
  }

  boolean acknowledged() {
    return state == State.ACKNOWLEDGED;
  }

  void setAcknowledged() {
    state = State.ACKNOWLEDGED;
  }

  void setLost() {
    state = State.LOST;
  }

  /** Tells the frames that care that they have arrived. Runs without the recovery lock. */
  void tellAcknowledged() {
    List<QuicFrame> frames = packet().getFrames();
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i) instanceof AcknowledgedFrame acknowledged) {
        acknowledged.acknowledged();
      }
    }
  }

  /** Lets the sender repeat what has to be repeated. Runs without the recovery lock. */
  void tellLost() {
    lostCallback.accept(packet());
  }

  @Override
  public String toString() {
    return packet().getEncryptionLevel().name().charAt(0) + "|" + number + "|" + size + "|" + state;
  }
}
