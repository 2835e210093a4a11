package dev.heddle.loom;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.loom.LoomStream;

/** A connection with both ends as {@link LoomConnection}; the peer's streams go into queues. */
final class LoomPair implements AutoCloseable {

  final Loopback loopback;
  final QuicClientConnection kwikClient;
  final QuicConnection kwikServer;
  final LoomConnection client;
  final LoomConnection server;
  final BlockingQueue<LoomStream> atServer = new LinkedBlockingQueue<>();
  final BlockingQueue<LoomStream> atClient = new LinkedBlockingQueue<>();

  LoomPair() throws Exception {
    this(Loopback.Sizes.NORMAL, null);
  }

  LoomPair(Loopback.Sizes sizes, LossyUdpProxy.Faults faults) throws Exception {
    this(sizes, faults, proxy -> {});
  }

  /** With a proxy that is prepared before anything passes it. */
  LoomPair(Loopback.Sizes sizes, LossyUdpProxy.Faults faults, Consumer<LossyUdpProxy> prepared)
      throws Exception {
    loopback = new Loopback(sizes, faults, null);
    if (loopback.proxy() != null) {
      prepared.accept(loopback.proxy());
    }
    kwikClient = loopback.connect();
    kwikServer = loopback.accepted();
    client = LoomConnection.from(kwikClient);
    server = LoomConnection.from(kwikServer);
    client.onPeerStream(atClient::add);
    server.onPeerStream(atServer::add);
  }

  LoomStream nextAtServer() throws InterruptedException {
    return next(atServer);
  }

  LoomStream nextAtClient() throws InterruptedException {
    return next(atClient);
  }

  private static LoomStream next(BlockingQueue<LoomStream> queue) throws InterruptedException {
    LoomStream stream = queue.poll(10, TimeUnit.SECONDS);
    if (stream == null) {
      throw new AssertionError("no stream arrived");
    }
    return stream;
  }

  @Override
  public void close() {
    loopback.close();
  }
}
