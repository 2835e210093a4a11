package tech.kwik.core.ack;

import java.time.Instant;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.AckFrame;
import tech.kwik.core.impl.FrameReceivedListener;
import tech.kwik.core.packet.QuicPacket;

/** The acknowledgements of all packet number spaces of a connection. Any thread. */
public class GlobalAckGenerator implements FrameReceivedListener<AckFrame> {

  private final AckGenerator[] generators = new AckGenerator[PnSpace.values().length];

  public GlobalAckGenerator() {
    for (PnSpace space : PnSpace.values()) {
      generators[space.ordinal()] = new AckGenerator(space);
    }
  }

  public void packetReceived(QuicPacket packet) {
    // Retry and Version Negotiation packets have no number.
    if (packet.getPnSpace() != null) {
      of(packet.getPnSpace()).packetReceived(packet);
    }
  }

  /** Nothing to do: an acknowledgement tells its frames, those of this package too. */
  @Override
  public void received(AckFrame frame, PnSpace space, Instant received) {}

  public AckGenerator of(PnSpace space) {
    return generators[space.ordinal()];
  }

  public void discard(PnSpace space) {
    of(space).discard();
  }
}
