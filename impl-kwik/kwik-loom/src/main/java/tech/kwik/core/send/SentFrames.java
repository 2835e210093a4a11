package tech.kwik.core.send;

import java.util.function.Consumer;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.packet.QuicPacket;

/** Whom to tell about the frames of a packet that is lost, as a chain. Immutable. */
record SentFrames(QuicFrame frame, Consumer<QuicFrame> lost, SentFrames next)
    implements Consumer<QuicPacket> {

  private static final Consumer<QuicPacket> NOBODY = packet -> {};

  /** For a chain that may be null, the empty one. */
  static Consumer<QuicPacket> orNobody(SentFrames frames) {
    return frames == null ? NOBODY : frames;
  }

  @Override
  public void accept(QuicPacket packet) {
    for (SentFrames each = this; each != null; each = each.next) {
      each.lost.accept(each.frame);
    }
  }
}
