package dev.heddle.bench.engine;

import dev.heddle.DatagramOptions;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.session.HeddleConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Small POST echoes through the engine, and the same bodies on streams without it. */
final class Echoes {
  private static final int BODY_BYTES = 100;

  private Echoes() {}

  /** One exchange: the body goes out, the same bytes come back. */
  interface Echo {
    byte[] of(byte[] body) throws Exception;
  }

  private interface Source {
    int read(byte[] buffer, int offset, int length) throws IOException;
  }

  static Echo bare() {
    Wire wire = new Wire();
    wire.client.start(stream -> {}, end -> {});
    wire.server.start(stream -> Thread.startVirtualThread(() -> serve(stream)), end -> {});
    return body -> {
      QuicStream stream = wire.client.openStream(true);
      stream.write(true, ByteBuffer.wrap(body));
      return whole(stream::read);
    };
  }

  private static void serve(QuicStream stream) {
    try {
      stream.write(true, ByteBuffer.wrap(whole(stream::read)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Echo engine() {
    Wire wire = new Wire();
    Limits limits = Limits.defaults();
    DatagramOptions datagrams = DatagramOptions.defaults();
    HeddleConnection.server(wire.server, limits, datagrams, Optional.of(Echoes::handle));
    SessionConnection connection = HeddleConnection.client(wire.client, limits, datagrams);
    return body -> {
      try (Session session = connection.open(request(body.length), body)) {
        if (session.headers().status().orElse(0) != 200) {
          throw new IllegalStateException("answered " + session.headers());
        }
        return whole(session.bodyReader()::read);
      }
    };
  }

  private static Headers request(int length) {
    return Headers.of(
        ":method", "POST",
        ":scheme", "https",
        ":authority", "127.0.0.1:44433",
        ":path", "/echo",
        "content-type", "application/octet-stream",
        "content-length", Integer.toString(length));
  }

  private static void handle(Session session) throws Exception {
    if (!session.headers().path().orElse("").equals("/echo")) {
      throw new IllegalStateException("asked for " + session.headers());
    }
    byte[] body = whole(session.bodyReader()::read);
    session.respond(
        Headers.of(
            ":status", "200",
            "content-type", "application/octet-stream",
            "content-length", Integer.toString(body.length)),
        body);
  }

  private static byte[] whole(Source in) throws IOException {
    byte[] buffer = new byte[BODY_BYTES + 1];
    int length = 0;
    int n;
    while ((n = in.read(buffer, length, buffer.length - length)) >= 0) {
      length += n;
    }
    return Arrays.copyOf(buffer, length);
  }
}
