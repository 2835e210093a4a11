package dev.heddle.http3.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramOptions;
import dev.heddle.ErrorCode;
import dev.heddle.Limits;
import dev.heddle.http3.quic.DatagramSource;
import dev.heddle.http3.quic.QuicConnection;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.TransportPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault of ours, on whatever thread, ends the connection and never lets it hang. */
@Timeout(10)
@ExtendWith(NoLeaks.class)
class FaultTest {
  private static final Logger HEDDLE = Logger.getLogger("dev.heddle");

  @BeforeEach
  void quiet() {
    HEDDLE.setUseParentHandlers(false);
  }

  @AfterEach
  void loud() {
    HEDDLE.setUseParentHandlers(true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFaultWhileReadingEndsTheConnection(boolean bidirectional) throws Exception {
    TransportPair pair = new TransportPair();
    CompletableFuture<ConnectionClosedException> end = new CompletableFuture<>();
    try (HeddleConnection server =
        HeddleConnection.server(
            new FaultyReads(pair.server()),
            Limits.defaults(),
            DatagramOptions.defaults(),
            Optional.of(session -> {}))) {
      pair.client().start(stream -> {}, end::complete);
      pair.client().openStream(bidirectional);
      assertThat(end.get(10, TimeUnit.SECONDS).code()).contains(ErrorCode.H3_INTERNAL_ERROR);
      assertThat(server.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFaultWhileOpeningTheControlStreamEndsTheConnection(boolean client) throws Exception {
    TransportPair pair = new TransportPair();
    CompletableFuture<ConnectionClosedException> end = new CompletableFuture<>();
    (client ? pair.server() : pair.client()).start(stream -> {}, end::complete);
    QuicConnection faulty = new FaultyOpens(client ? pair.client() : pair.server());
    try (HeddleConnection engine =
        client
            ? HeddleConnection.client(faulty, Limits.defaults(), DatagramOptions.defaults())
            : HeddleConnection.server(
                faulty, Limits.defaults(), DatagramOptions.defaults(), Optional.empty())) {
      assertThat(end.get(10, TimeUnit.SECONDS).code()).contains(ErrorCode.H3_INTERNAL_ERROR);
      assertThat(engine.isOpen()).isFalse();
    }
  }

  private static final class FaultyReads extends Passing {
    FaultyReads(QuicConnection quic) {
      super(quic);
    }

    @Override
    public void start(Consumer<QuicStream> streams, Consumer<ConnectionClosedException> ended) {
      super.start(stream -> streams.accept(new FaultyStream(stream)), ended);
    }
  }

  private static final class FaultyOpens extends Passing {
    FaultyOpens(QuicConnection quic) {
      super(quic);
    }

    @Override
    public QuicStream openStream(boolean bidirectional) {
      throw new IllegalStateException("a fault");
    }
  }

  private record FaultyStream(QuicStream stream) implements QuicStream {
    @Override
    public long id() {
      return stream.id();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      throw new StackOverflowError("a fault");
    }

    @Override
    public boolean awaitReadable(long nanos) {
      return true;
    }

    @Override
    public void write(boolean fin, ByteBuffer... parts) throws IOException {
      stream.write(fin, parts);
    }

    @Override
    public void reset(long code) {
      stream.reset(code);
    }

    @Override
    public void stopSending(long code) {
      stream.stopSending(code);
    }

    @Override
    public OptionalLong stoppedCode() {
      return stream.stoppedCode();
    }

    @Override
    public void onStopped(Runnable action) {
      stream.onStopped(action);
    }

    @Override
    public boolean givenUpByPeer() {
      return stream.givenUpByPeer();
    }
  }

  private static class Passing implements QuicConnection {
    private final QuicConnection quic;

    Passing(QuicConnection quic) {
      this.quic = quic;
    }

    @Override
    public boolean client() {
      return quic.client();
    }

    @Override
    public void start(Consumer<QuicStream> streams, Consumer<ConnectionClosedException> ended) {
      quic.start(streams, ended);
    }

    @Override
    public boolean datagramsPossible() {
      return quic.datagramsPossible();
    }

    @Override
    public void datagrams(DatagramSource source, Consumer<ByteBuffer> sink) {
      quic.datagrams(source, sink);
    }

    @Override
    public void datagramsReady() {
      quic.datagramsReady();
    }

    @Override
    public int maxDatagramBytes() {
      return quic.maxDatagramBytes();
    }

    @Override
    public QuicStream openStream(boolean bidirectional) throws IOException, InterruptedException {
      return quic.openStream(bidirectional);
    }

    @Override
    public Optional<QuicStream> tryOpenStream(boolean bidirectional) throws IOException {
      return quic.tryOpenStream(bidirectional);
    }

    @Override
    public boolean awaitSent(Duration limit) throws InterruptedException {
      return quic.awaitSent(limit);
    }

    @Override
    public void close(long code, String reason) {
      quic.close(code, reason);
    }

    @Override
    public InetSocketAddress localAddress() {
      return quic.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return quic.remoteAddress();
    }
  }
}
