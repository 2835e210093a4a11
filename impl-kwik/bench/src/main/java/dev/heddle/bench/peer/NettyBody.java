package dev.heddle.bench.peer;

import dev.heddle.bench.load.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;

/** A large body on its way out of one stream. On the stream's event loop only. */
final class NettyBody {
  private static final ByteBuf CHUNK =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(Payload.CHUNK_BYTES).writeBytes(Payload.chunk()));

  private final long total;
  private final long deadline;
  private long sent;
  private boolean ended;

  NettyBody(long total, long deadline) {
    this.total = total;
    this.deadline = deadline;
  }

  /** Writes while the stream takes more; to be called again when it becomes writable. */
  void pump(Channel stream) {
    while (!ended && stream.isWritable()) {
      int n = Payload.next(sent, total);
      sent += n;
      ended = sent == total || System.nanoTime() - deadline > 0;
      ChannelFuture written = stream.write(new DefaultHttp3DataFrame(CHUNK.slice(0, n)));
      if (ended) {
        written.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
      }
    }
    stream.flush();
  }

  long sent() {
    return sent;
  }

  /** Checks a piece that arrived at {@code position} and says where the next one starts. */
  static long count(long position, ByteBuf piece) {
    int length = piece.readableBytes();
    if (length > 0) {
      int at = piece.readerIndex();
      Payload.check(position, piece.getByte(at), piece.getByte(at + length - 1), length);
    }
    return position + length;
  }
}
