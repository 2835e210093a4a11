package dev.heddle.bench.peer;

import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.EchoLoop;
import dev.heddle.bench.load.Latencies;
import dev.heddle.bench.load.Measured;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** An {@link EchoLoad} on the client's event loop, and only there. */
final class NettyEchoes {
  private final QuicChannel connection;
  private final String authority;
  private final EchoLoad load;
  private final CompletableFuture<Measured> result;
  private final long deadline;
  private final Latencies latencies;
  private int next;
  private int underWay;

  NettyEchoes(
      QuicChannel connection, String authority, EchoLoad load, CompletableFuture<Measured> result) {
    this.connection = connection;
    this.authority = authority;
    this.load = load;
    this.result = result;
    deadline = System.nanoTime() + load.limit().toNanos();
    latencies = new Latencies(load.count());
  }

  void start() {
    for (int i = 0; i < load.inFlight(); i++) {
      startOne();
    }
  }

  private void startOne() {
    if (result.isDone() || next >= load.count() || System.nanoTime() - deadline >= 0) {
      if (underWay == 0 && !result.isDone()) {
        result.complete(latencies.measured());
      }
      return;
    }
    underWay++;
    int index = next++;
    byte[] body = load.body(index);
    One one = new One(index, body, System.nanoTime());
    Http3.newRequestStream(connection, one)
        .addListener(opened -> {
          if (opened.isSuccess()) {
            send((QuicStreamChannel) opened.getNow(), body);
          } else {
            result.completeExceptionally(opened.cause());
          }
        });
  }

  private void send(QuicStreamChannel stream, byte[] body) {
    DefaultHttp3HeadersFrame headers = NettyRequest.headers("POST", authority, "/echo");
    headers.headers().add("content-type", "application/octet-stream");
    headers.headers().add("content-length", Integer.toString(body.length));
    stream.write(headers);
    stream
        .writeAndFlush(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(body)))
        .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
  }

  private final class One extends NettyRequest {
    private final int index;
    private final byte[] body;
    private final long start;
    private byte[] back = {};

    One(int index, byte[] body, long start) {
      this.index = index;
      this.body = body;
      this.start = start;
    }

    @Override
    protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
      ByteBuf piece = frame.content();
      int length = back.length;
      back = Arrays.copyOf(back, length + piece.readableBytes());
      piece.readBytes(back, length, back.length - length);
      frame.release();
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext ctx) {
      latencies.ended(index, start);
      try {
        EchoLoop.check(body, back);
      } catch (IllegalStateException e) {
        failed(e);
      }
      underWay--;
      startOne();
    }

    @Override
    void failed(Throwable cause) {
      result.completeExceptionally(cause);
    }
  }
}
