package dev.heddle.bench.peer;

import dev.heddle.ServerCertificate;
import dev.heddle.bench.load.DatagramLoad;
import dev.heddle.bench.load.DatagramLoop;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.EchoLoop;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.Payload;
import dev.heddle.bench.load.TransferLoad;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.loom.LoomStream;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;

/**
 * What Heddle stands on and nothing else: one QUIC stream for each exchange, with the hooks that
 * Heddle's adapter uses, and no HTTP/3. The first byte says what the stream is for.
 */
final class StreamsHarness implements Harness {
  private static final String PROTOCOL = "heddle-bench";
  private static final byte ECHO = 'e';
  private static final byte SINK = 's';
  private static final byte BYTES = 'b';
  private static final long CLIENT_IS_DONE = 0;
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final KwikServer server;
  private final QuicClientConnection connection;
  private final LoomConnection streams;
  private final BareDatagrams datagrams;

  StreamsHarness() throws Exception {
    server = KwikServer.start(ServerCertificate.development(), PROTOCOL, new Application());
    connection = connect(server.port());
    streams = LoomConnection.from(connection);
    datagrams = new BareDatagrams(streams);
  }

  private static QuicClientConnection connect(int port) throws IOException {
    QuicClientConnection connection =
        QuicClientConnection.newBuilder()
            .uri(URI.create("https://127.0.0.1:" + port))
            .applicationProtocol(PROTOCOL)
            .logger(new NullLogger())
            .connectTimeout(Duration.ofSeconds(10))
            .maxIdleTimeout(Duration.ofSeconds(30))
            .defaultStreamReceiveBufferSize((long) KwikServer.STREAM_WINDOW_BYTES)
            .noServerCertificateCheck()
            .enableDatagramExtension()
            .build();
    connection.connect();
    return connection;
  }

  private static final class Application implements ApplicationProtocolConnectionFactory {
    @Override
    public ApplicationProtocolConnection createConnection(String protocol, QuicConnection quic) {
      LoomConnection loom = LoomConnection.from(quic);
      loom.onPeerStream(stream -> Thread.startVirtualThread(() -> serve(stream)));
      Thread echo = Thread.startVirtualThread(new BareDatagrams(loom)::echo);
      loom.onEnd(end -> echo.interrupt());
      return new ApplicationProtocolConnection() {};
    }

    @Override
    public boolean enableDatagramExtension() {
      return true;
    }
  }

  private static void serve(LoomStream stream) {
    try {
      InputStream in = new In(stream);
      switch (in.read()) {
        case ECHO -> stream.write(true, ByteBuffer.wrap(Bodies.readSmall(in, EchoLoad.SMALL)));
        case SINK -> {
          long count = Bodies.count(in, System.nanoTime() + NEVER);
          stream.write(true, ByteBuffer.allocate(Long.BYTES).putLong(0, count));
        }
        case BYTES -> {
          long total = ByteBuffer.wrap(in.readNBytes(Long.BYTES)).getLong();
          Bodies.write(new Out(stream), total, System.nanoTime() + NEVER);
          stream.write(true);
        }
        default -> throw new IOException("unknown purpose");
      }
    } catch (IOException e) {
      stream.reset(CLIENT_IS_DONE);
    }
  }

  @Override
  public Measured echo(EchoLoad load) throws Exception {
    return EchoLoop.run(body -> echo(streams, body), load);
  }

  @Override
  public Measured connects(EchoLoad load) throws Exception {
    return EchoLoop.run(
        body -> {
          QuicClientConnection own = connect(server.port());
          try {
            return echo(LoomConnection.from(own), body);
          } finally {
            own.close();
          }
        },
        load);
  }

  private static byte[] echo(LoomConnection on, byte[] body) throws Exception {
    LoomStream stream = on.openStream(true);
    stream.write(true, ByteBuffer.wrap(new byte[] {ECHO}), ByteBuffer.wrap(body));
    return Bodies.readSmall(new In(stream), body.length);
  }

  @Override
  public Measured upload(TransferLoad load) throws Exception {
    long start = System.nanoTime();
    long deadline = load.deadline();
    LoomStream stream = streams.openStream(true);
    stream.write(false, ByteBuffer.wrap(new byte[] {SINK}));
    long sent = Bodies.write(new Out(stream), load.bytes(), deadline);
    stream.write(true);
    Payload.checkCount(sent, ByteBuffer.wrap(Bodies.readSmall(new In(stream), 8)).getLong());
    return Measured.transfer(sent, start);
  }

  @Override
  public Measured download(TransferLoad load) throws Exception {
    long start = System.nanoTime();
    long deadline = load.deadline();
    LoomStream stream = streams.openStream(true);
    stream.write(true, ByteBuffer.allocate(9).put(BYTES).putLong(load.bytes()).flip());
    long received = Bodies.count(new In(stream), deadline);
    if (System.nanoTime() - deadline < 0) {
      Payload.checkCount(load.bytes(), received);
    } else {
      stream.stopSending(CLIENT_IS_DONE);
    }
    return Measured.transfer(received, start);
  }

  @Override
  public Measured datagrams(DatagramLoad load) throws Exception {
    return DatagramLoop.run(List.of(datagrams), load);
  }

  @Override
  public void close() {
    connection.close();
    server.close();
  }

  private static final class In extends InputStream {
    private final LoomStream stream;

    In(LoomStream stream) {
      this.stream = stream;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return stream.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return stream.read(buffer, offset, length);
    }
  }

  private static final class Out extends OutputStream {
    private final LoomStream stream;

    Out(LoomStream stream) {
      this.stream = Objects.requireNonNull(stream);
    }

    @Override
    public void write(int octet) throws IOException {
      stream.write(false, ByteBuffer.wrap(new byte[] {(byte) octet}));
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      stream.write(false, ByteBuffer.wrap(buffer, offset, length));
    }
  }
}
