package dev.heddle.bench.engine;

import dev.heddle.DatagramContext;
import dev.heddle.DatagramOptions;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.http3.quic.DatagramSource;
import dev.heddle.http3.session.HeddleConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Datagram echoes through the engine, and through a queue of the JDK on each side without it. */
final class DatagramEchoes {
  private static final int QUEUE = 256;

  private DatagramEchoes() {}

  /** One for each queue, as many on each side, which the first bytes of a datagram tell apart. */
  static List<Echoes.Echo> bare(int queues) {
    Wire wire = new Wire();
    Queues client = new Queues(wire.client, queues);
    Queues server = new Queues(wire.server, queues);
    List<Echoes.Echo> echoes = new ArrayList<>();
    for (int i = 0; i < queues; i++) {
      int index = i;
      Thread.startVirtualThread(() -> {
        try {
          while (true) {
            server.send(server.incoming.get(index).take());
          }
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      });
      echoes.add(body -> {
        ByteBuffer.wrap(body).putInt(0, index);
        client.send(body);
        return client.incoming.get(index).take();
      });
    }
    return echoes;
  }

  private static final class Queues implements DatagramSource {
    private final Wire.Side side;
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(QUEUE);
    private final List<BlockingQueue<byte[]>> incoming = new ArrayList<>();

    Queues(Wire.Side side, int count) {
      this.side = side;
      for (int i = 0; i < count; i++) {
        incoming.add(new ArrayBlockingQueue<>(QUEUE));
      }
      side.datagrams(this, this::arrived);
    }

    private void arrived(ByteBuffer payload) {
      byte[] datagram = new byte[payload.remaining()];
      payload.get(datagram);
      incoming.get(ByteBuffer.wrap(datagram).getInt()).offer(datagram);
    }

    void send(byte[] datagram) throws InterruptedException {
      outgoing.put(datagram);
      side.datagramsReady();
    }

    @Override
    public int nextBytes() {
      byte[] next = outgoing.peek();
      return next == null ? -1 : next.length;
    }

    @Override
    public void writeNext(ByteBuffer packet) {
      packet.put(outgoing.remove());
    }

    @Override
    public void discardNext() {
      outgoing.remove();
    }
  }

  /** One for each context; they are spread over at most so many sessions. */
  static List<Echoes.Echo> engine(int contexts, int sessions) throws Exception {
    Wire wire = new Wire();
    Limits limits = Limits.defaults();
    DatagramOptions datagrams = DatagramOptions.defaults();
    HeddleConnection.server(wire.server, limits, datagrams, Optional.of(DatagramEchoes::handle));
    SessionConnection connection = HeddleConnection.client(wire.client, limits, datagrams);
    List<Session> open = new ArrayList<>();
    for (int i = 0; i < Math.min(contexts, sessions); i++) {
      Session session =
          connection.open(Headers.connect(URI.create("https://127.0.0.1/"), "datagram-echo"));
      session.headers();
      open.add(session);
    }
    List<Echoes.Echo> echoes = new ArrayList<>();
    for (int i = 0; i < contexts; i++) {
      DatagramContext context = open.get(i % open.size()).registerDatagramContext();
      echoes.add(body -> {
        context.writeDatagram(body);
        return context.readDatagram();
      });
    }
    return echoes;
  }

  private static void handle(Session session) throws Exception {
    session.respond(Headers.status(200));
    while (true) {
      DatagramContext context = session.acceptDatagramContext();
      Thread.startVirtualThread(() -> {
        try {
          while (true) {
            context.writeDatagram(context.readDatagram());
          }
        } catch (IOException | InterruptedException e) {
          throw new AssertionError(e);
        }
      });
    }
  }
}
