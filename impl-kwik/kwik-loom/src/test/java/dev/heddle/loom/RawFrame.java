package dev.heddle.loom;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.FrameProcessor;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.packet.PacketMetaData;
import tech.kwik.core.packet.QuicPacket;

/** Any bytes where a frame belongs. */
public final class RawFrame extends QuicFrame {

  private static final int ALL_THERE_IS = 1 << 16;

  private final byte[] bytes;
  private final int length;

  RawFrame(byte[] bytes) {
    this(bytes, bytes.length);
  }

  private RawFrame(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /** Spaces in the text only separate. */
  public static RawFrame of(String hex) {
    return new RawFrame(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** Has it sent as the last of its packet: half a frame must not find the rest in another. */
  public void sendLast(QuicConnectionImpl connection) {
    RawFrame last = new RawFrame(bytes, ALL_THERE_IS);
    connection.send(_ -> last, bytes.length, EncryptionLevel.App, lost -> {}, true);
  }

  @Override
  public void accept(FrameProcessor processor, QuicPacket packet, PacketMetaData metaData) {
    throw new UnsupportedOperationException("is only sent");
  }

  @Override
  public int getFrameLength() {
    return length;
  }

  @Override
  public void serialize(ByteBuffer buffer) {
    buffer.put(bytes);
  }
}
