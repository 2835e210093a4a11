package dev.heddle.bench.peer;

import dev.heddle.DatagramContext;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.bench.load.DatagramPipe;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Echoes over Heddle's datagram contexts, spread over sessions. */
final class HeddleDatagrams implements AutoCloseable {
  static final String PLAIN = "/datagrams";
  static final String CONTEXTS = "/contexts";
  private static final int SESSIONS = 100;

  private final List<Session> sessions = new ArrayList<>();
  private final List<Pipe> pipes = new ArrayList<>();

  private record Pipe(DatagramContext context) implements DatagramPipe {
    @Override
    public void send(byte[] datagram) throws IOException, InterruptedException {
      context.writeDatagram(datagram);
    }

    @Override
    public byte[] receive(Duration limit) throws IOException, InterruptedException {
      return context.readDatagram(limit).orElse(null);
    }
  }

  /** Opens sessions and contexts; 0 contexts are one session without. */
  HeddleDatagrams(SessionConnection connection, String authority, int contexts) throws Exception {
    URI uri = URI.create("https://" + authority + (contexts == 0 ? PLAIN : CONTEXTS));
    for (int i = 0; i < Math.clamp(contexts, 1, SESSIONS); i++) {
      Session session = connection.open(Headers.connect(uri, "datagram-echo"));
      sessions.add(session);
      if (session.headers().status().orElse(0) != 200) {
        throw new IllegalStateException("answered " + session.headers());
      }
    }
    if (contexts == 0) {
      pipes.add(new Pipe(sessions.getFirst().datagramNoContext()));
    }
    for (int i = 0; i < contexts; i++) {
      pipes.add(new Pipe(sessions.get(i % SESSIONS % sessions.size()).registerDatagramContext()));
    }
  }

  List<Pipe> pipes() {
    return pipes;
  }

  /** The server's side. */
  static void serve(Session session, boolean contexts) throws IOException, InterruptedException {
    session.respond(Headers.status(200));
    if (!contexts) {
      echo(session.datagramNoContext());
    }
    while (contexts) {
      DatagramContext context = session.acceptDatagramContext();
      Thread.startVirtualThread(() -> echoToTheEnd(context));
    }
  }

  private static void echo(DatagramContext context) throws IOException, InterruptedException {
    while (true) {
      context.writeDatagram(context.readDatagram());
    }
  }

  private static void echoToTheEnd(DatagramContext context) {
    try {
      echo(context);
    } catch (IOException | InterruptedException e) {
      // The client has gone.
    }
  }

  @Override
  public void close() {
    sessions.forEach(Session::close);
  }
}
