package dev.heddle.bench.peer;

import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.Payload;
import dev.heddle.bench.load.TransferLoad;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Both kinds of {@link TransferLoad} on the client's event loop, and only there. */
final class NettyTransfer {
  private NettyTransfer() {}

  static void upload(
      QuicChannel connection,
      String authority,
      TransferLoad load,
      CompletableFuture<Measured> result) {
    Upload upload = new Upload(load, result);
    open(
        connection,
        upload,
        stream -> {
          stream.write(NettyRequest.headers("POST", authority, "/sink"));
          upload.body.pump(stream);
        });
  }

  static void download(
      QuicChannel connection,
      String authority,
      TransferLoad load,
      CompletableFuture<Measured> result) {
    open(
        connection,
        new Download(load, result),
        stream ->
            stream
                .writeAndFlush(NettyRequest.headers("GET", authority, "/bytes?n=" + load.bytes()))
                .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT));
  }

  private static void open(
      QuicChannel connection, NettyRequest request, Consumer<QuicStreamChannel> send) {
    Http3.newRequestStream(connection, request)
        .addListener(opened -> {
          if (opened.isSuccess()) {
            send.accept((QuicStreamChannel) opened.getNow());
          } else {
            request.failed(opened.cause());
          }
        });
  }

  private static final class Upload extends NettyRequest {
    private final long start = System.nanoTime();
    private final NettyBody body;
    private final CompletableFuture<Measured> result;
    private final StringBuilder count = new StringBuilder();

    Upload(TransferLoad load, CompletableFuture<Measured> result) {
      body = new NettyBody(load.bytes(), load.deadline());
      this.result = result;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      body.pump(ctx.channel());
      ctx.fireChannelWritabilityChanged();
    }

    @Override
    protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
      count.append(frame.content().toString(StandardCharsets.US_ASCII));
      frame.release();
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext ctx) {
      Payload.checkCount(body.sent(), Long.parseLong(count.toString()));
      result.complete(Measured.transfer(body.sent(), start));
    }

    @Override
    void failed(Throwable cause) {
      result.completeExceptionally(cause);
    }
  }

  private static final class Download extends NettyRequest {
    private final long start = System.nanoTime();
    private final TransferLoad load;
    private final long deadline;
    private final CompletableFuture<Measured> result;
    private long received;

    Download(TransferLoad load, CompletableFuture<Measured> result) {
      this.load = load;
      deadline = load.deadline();
      this.result = result;
    }

    @Override
    protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
      received = NettyBody.count(received, frame.content());
      frame.release();
      if (System.nanoTime() - deadline > 0 && !result.isDone()) {
        result.complete(Measured.transfer(received, start));
        ((QuicStreamChannel) ctx.channel()).shutdownInput(0);
      }
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext ctx) {
      if (!result.isDone()) {
        Payload.checkCount(load.bytes(), received);
        result.complete(Measured.transfer(received, start));
      }
    }

    @Override
    void failed(Throwable cause) {
      result.completeExceptionally(cause);
    }
  }
}
