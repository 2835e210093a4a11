package dev.heddle.loom;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import tech.kwik.core.frame.FrameProcessor;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.packet.QuicPacket;

/** Any bytes where a frame belongs. */
public final class RawFrame extends QuicFrame {

  private final byte[] bytes;

  RawFrame(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Spaces in the text only separate. */
  public static RawFrame of(String hex) {
    return new RawFrame(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @Override
  public void accept(FrameProcessor processor, QuicPacket packet, PacketMetaData metaData) {
    throw new UnsupportedOperationException("is only sent");
  }

  @Override
  public int getFrameLength() {
    return bytes.length;
  }

  @Override
  public void serialize(ByteBuffer buffer) {
    buffer.put(bytes);
  }
}
