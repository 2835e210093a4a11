package dev.heddle.bench.peer;

import dev.heddle.ServerCertificate;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.EchoLoop;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.Payload;
import dev.heddle.bench.load.TransferLoad;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * netty's HTTP/3 over quiche, written as netty wants it: everything on event loops, one for each
 * side, no hop to other threads.
 */
final class NettyHarness implements Harness {
  private static final long CONNECTION_WINDOW_BYTES = 10_000_000;
  private static final long STREAM_WINDOW_BYTES = 1_000_000;

  private final MultiThreadIoEventLoopGroup serverLoop = loop();
  private final MultiThreadIoEventLoopGroup clientLoop = loop();
  private final Channel clientSocket;
  private final InetSocketAddress address;
  private final QuicChannel connection;
  private final String authority;

  NettyHarness() throws Exception {
    ServerCertificate certificate = ServerCertificate.development();
    QuicSslContext serverTls =
        QuicSslContextBuilder.forServer(
                certificate.privateKey(), null, certificate.chain().toArray(new X509Certificate[0]))
            .applicationProtocols(Http3.supportedApplicationProtocols())
            .build();
    ChannelHandler serverCodec =
        sized(Http3.newQuicServerCodecBuilder())
            .sslContext(serverTls)
            .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
            .handler(
                new ChannelInitializer<QuicChannel>() {
                  @Override
                  protected void initChannel(QuicChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new Http3ServerConnectionHandler(requestInitializer()));
                  }
                })
            .build();
    Channel server = bind(serverLoop, serverCodec);
    address = (InetSocketAddress) server.localAddress();
    authority = "127.0.0.1:" + address.getPort();

    QuicSslContext clientTls =
        QuicSslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .applicationProtocols(Http3.supportedApplicationProtocols())
            .build();
    ChannelHandler clientCodec =
        sized(Http3.newQuicClientCodecBuilder()).sslContext(clientTls).build();
    clientSocket = bind(clientLoop, clientCodec);
    connection = connect();
  }

  private QuicChannel connect() throws Exception {
    return QuicChannel.newBootstrap(clientSocket)
        .handler(new Http3ClientConnectionHandler())
        .remoteAddress(address)
        .connect()
        .get(10, TimeUnit.SECONDS);
  }

  private static ChannelInitializer<QuicStreamChannel> requestInitializer() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(QuicStreamChannel stream) {
        stream.pipeline().addLast(new NettyServer());
      }
    };
  }

  private static MultiThreadIoEventLoopGroup loop() {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(1, io);
  }

  private static Channel bind(MultiThreadIoEventLoopGroup loop, ChannelHandler codec)
      throws InterruptedException {
    return new Bootstrap()
        .group(loop)
        .channel(Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class)
        .handler(codec)
        .bind(new InetSocketAddress("127.0.0.1", 0))
        .sync()
        .channel();
  }

  private static <B extends QuicCodecBuilder<B>> B sized(B builder) {
    return builder
        .maxIdleTimeout(30, TimeUnit.SECONDS)
        .initialMaxData(CONNECTION_WINDOW_BYTES)
        .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW_BYTES)
        .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW_BYTES)
        .initialMaxStreamsBidirectional(MAX_REQUESTS);
  }

  @Override
  public Measured echo(EchoLoad load) throws Exception {
    CompletableFuture<Measured> result = new CompletableFuture<>();
    clientLoop.execute(() -> new NettyEchoes(connection, authority, load, result).start());
    return result.get();
  }

  @Override
  public Measured upload(TransferLoad load) throws Exception {
    CompletableFuture<Measured> result = new CompletableFuture<>();
    clientLoop.execute(() -> NettyTransfer.upload(connection, authority, load, result));
    return result.get();
  }

  @Override
  public Measured download(TransferLoad load) throws Exception {
    CompletableFuture<Measured> result = new CompletableFuture<>();
    clientLoop.execute(() -> NettyTransfer.download(connection, authority, load, result));
    return result.get();
  }

  @Override
  public Measured connects(EchoLoad load) throws Exception {
    return EchoLoop.run(
        body -> {
          QuicChannel own = connect();
          CompletableFuture<Measured> result = new CompletableFuture<>();
          TransferLoad small = new TransferLoad(body.length, load.limit());
          clientLoop.execute(() -> NettyTransfer.download(own, authority, small, result));
          Payload.checkCount(body.length, result.get(10, TimeUnit.SECONDS).units());
          own.close();
          return body;
        },
        load);
  }

  @Override
  public void close() {
    connection.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    clientLoop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    serverLoop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
