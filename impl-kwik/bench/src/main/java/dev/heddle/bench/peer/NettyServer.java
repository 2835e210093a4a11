package dev.heddle.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.ReferenceCountUtil;

/** The server's side of one request stream. On its event loop only. */
final class NettyServer extends Http3RequestStreamInboundHandler {
  private String path = "";
  private ByteBuf echo;
  private long counted;
  private NettyBody download;

  @Override
  protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
    path = frame.headers().path().toString();
    ReferenceCountUtil.release(frame);
  }

  @Override
  protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
    if (path.equals("/echo")) {
      if (echo == null) {
        echo = ctx.alloc().buffer(frame.content().readableBytes());
      }
      echo.writeBytes(frame.content());
    } else {
      counted = NettyBody.count(counted, frame.content());
    }
    frame.release();
  }

  @Override
  protected void channelInputClosed(ChannelHandlerContext ctx) {
    if (path.equals("/echo")) {
      respond(ctx, echo == null ? ctx.alloc().buffer(0) : echo);
      echo = null;
    } else if (path.equals("/sink")) {
      respond(ctx, ByteBufUtil.writeAscii(ctx.alloc(), Long.toString(counted)));
    } else {
      DefaultHttp3HeadersFrame headers = new DefaultHttp3HeadersFrame();
      headers.headers().status("200");
      ctx.write(headers);
      long bytes = Long.parseLong(path.substring("/bytes?n=".length()));
      download = new NettyBody(bytes, System.nanoTime() + Long.MAX_VALUE / 2);
      download.pump(ctx.channel());
    }
  }

  private static void respond(ChannelHandlerContext ctx, ByteBuf body) {
    DefaultHttp3HeadersFrame headers = new DefaultHttp3HeadersFrame();
    headers.headers().status("200");
    headers.headers().add("content-type", "application/octet-stream");
    headers.headers().add("content-length", Integer.toString(body.readableBytes()));
    ctx.write(headers);
    ctx.writeAndFlush(new DefaultHttp3DataFrame(body))
        .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (download != null) {
      download.pump(ctx.channel());
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
