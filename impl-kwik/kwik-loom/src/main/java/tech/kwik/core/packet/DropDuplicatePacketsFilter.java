package tech.kwik.core.packet;

import tech.kwik.core.common.PnSpace;
import tech.kwik.core.impl.TransportError;

/**
 * Drops packets that were there before (RFC 9000 section 12.3), and those that are so late that
 * nobody knows any more. Called by the receiving thread. One bit for each of the latest packet
 * numbers, from the first packet of a space on.
 */
public class DropDuplicatePacketsFilter extends BasePacketFilter {

  /** How late a packet may be, in packets; a power of two. */
  static final int WINDOW = 8_192;

  private static final int WORDS = WINDOW / Long.SIZE;
  private static final int SMALL_WORDS = 4;

  private final long[][] seen = new long[PnSpace.values().length][];
  private final long[] largest = {-1, -1, -1};

  public DropDuplicatePacketsFilter(PacketFilter next) {
    super(next);
  }

  /** The sizes of stock kwik's windows are not needed. */
  public DropDuplicatePacketsFilter(PacketFilter next, int... sizes) {
    super(next);
  }

  @Override
  public void processPacket(QuicPacket packet, PacketMetaData metaData) throws TransportError {
    PnSpace space = packet.getPnSpace();
    if (space == null || isNew(space, packet.packetNumber)) {
      next(packet, metaData);
    } else {
      discard(packet, "duplicate packet");
    }
  }

  private boolean isNew(PnSpace space, long number) {
    int index = space.ordinal();
    long[] bits = seen[index];
    if (bits == null) {
      // The handshake's packets are few.
      bits = seen[index] = new long[space == PnSpace.App ? WORDS : SMALL_WORDS];
    }
    int window = bits.length * Long.SIZE;
    long last = largest[index];
    if (number <= last - window) {
      return false;
    }
    if (number > last) {
      forget(bits, last, number);
      largest[index] = number;
    }
    int word = (int) (number / Long.SIZE % bits.length);
    long bit = 1L << number;
    boolean isNew = (bits[word] & bit) == 0;
    bits[word] |= bit;
    return isNew;
  }

  /** Clears the bits of the numbers that come into the window, which were those of others. */
  private static void forget(long[] bits, long last, long number) {
    int window = bits.length * Long.SIZE;
    long from = Math.max(last + 1, number - window + 1);
    for (long next = from; next <= number; next++) {
      bits[(int) (next / Long.SIZE % bits.length)] &= ~(1L << next);
    }
  }
}
