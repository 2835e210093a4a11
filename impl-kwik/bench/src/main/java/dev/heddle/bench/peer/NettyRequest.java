package dev.heddle.bench.peer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.util.ReferenceCountUtil;

/** The client's side of one request stream: what all requests have in common. */
abstract class NettyRequest extends Http3RequestStreamInboundHandler {

  static DefaultHttp3HeadersFrame headers(String method, String authority, String path) {
    DefaultHttp3HeadersFrame frame = new DefaultHttp3HeadersFrame();
    frame.headers().method(method).scheme("https").authority(authority).path(path);
    return frame;
  }

  abstract void failed(Throwable cause);

  @Override
  protected final void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
    if (!"200".contentEquals(frame.headers().status())) {
      failed(new IllegalStateException("answered " + frame.headers()));
    }
    ReferenceCountUtil.release(frame);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed(cause);
    ctx.close();
  }
}
