package tech.kwik.core.recovery;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.Version;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.packet.ShortHeaderPacket;

/** A packet of any space with these frames, which says that it has this size. */
final class TestPacket extends ShortHeaderPacket {

  private final PnSpace space;
  private final int size;

  TestPacket(PnSpace space, long number, int size, List<QuicFrame> frames) {
    super(Version.getDefault(), new byte[8], null);
    this.space = space;
    this.size = size;
    setPacketNumber(number);
    frames.forEach(this::addFrame);
  }

  static PacketStatus sent(TestPacket packet, long nanos, Consumer<QuicPacket> lost) {
    return new PacketStatus(Instant.EPOCH, nanos, packet, lost);
  }

  @Override
  public int getSize() {
    return size;
  }

  @Override
  public PnSpace getPnSpace() {
    return space;
  }

  @Override
  public EncryptionLevel getEncryptionLevel() {
    return space.relatedEncryptionLevel();
  }
}
