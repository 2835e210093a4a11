package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.DatagramSocketFactory;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** A connection that is over keeps no thread and no socket, however it ended. */
@Tag("defect")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReleaseTest {

  private static final Duration LIMIT = Duration.ofSeconds(8);

  private final List<DatagramSocket> sockets = new CopyOnWriteArrayList<>();
  private final DatagramSocketFactory tracked = this::trackedSocket;
  private Set<Thread> before;

  @BeforeEach
  void rememberThreads() throws Exception {
    TestCertificate.keyStore();
    before = Thread.getAllStackTraces().keySet();
  }

  private DatagramSocket trackedSocket(InetAddress address) throws SocketException {
    DatagramSocket socket = new DatagramSocket();
    sockets.add(socket);
    return socket;
  }

  private void assertReleased() {
    assertThat(sockets).allMatch(this::closedSoon);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!leftThreads().isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(20_000_000);
    }
    assertThat(leftThreads()).isEmpty();
  }

  private boolean closedSoon(DatagramSocket socket) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!socket.isClosed() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(20_000_000);
    }
    return socket.isClosed();
  }

  private List<String> leftThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> !name.matches(".*(ForkJoinPool|VirtualThread|CompletableFuture|Cleaner).*"))
        .filter(name -> !name.matches(".*(Poller|junit|process reaper|Attach).*"))
        .collect(Collectors.toList());
  }

  private static void use(QuicClientConnection client) throws IOException {
    QuicStream stream = client.createStream(true);
    stream.getOutputStream().write(1);
    stream.getOutputStream().close();
    stream.getInputStream().readAllBytes();
  }

  private static void echo(QuicStream stream) throws IOException {
    stream.getInputStream().transferTo(stream.getOutputStream());
    stream.getOutputStream().close();
  }

  @Test
  void closedConnectionsReleaseEverything() throws Exception {
    try (Loopback loopback = Loopback.serving(ReleaseTest::echo)) {
      for (int i = 0; i < 3; i++) {
        QuicClientConnection client = loopback.client().socketFactory(tracked).build();
        client.connect();
        use(client);
        client.close();
      }
    }
    assertReleased();
  }

  @Test
  void connectionsThatTheServerClosesReleaseEverything() throws Exception {
    try (Loopback loopback = Loopback.serving(ReleaseTest::echo)) {
      QuicClientConnection client = loopback.client().socketFactory(tracked).build();
      client.connect();
      client.keepAlive(600);
      use(client);
    }
    assertReleased();
  }

  @Test
  void aServerThatClosesDuringHandshakesReleasesEverything() throws Exception {
    List<CompletableFuture<Void>> attempts = new ArrayList<>();
    try (Loopback loopback = Loopback.serving(ReleaseTest::echo)) {
      // Clients whose server's answers are lost: the server's side stays half open.
      try (LossyUdpProxy oneWay =
          new LossyUdpProxy(loopback.address(), 1, LossyUdpProxy.Faults.NONE)) {
        oneWay.dropAnswers(true);
        for (int i = 0; i < 3; i++) {
          QuicClientConnection client =
              loopback
                  .client()
                  .uri(URI.create("quic://127.0.0.1:" + oneWay.address().getPort()))
                  .connectTimeout(Duration.ofMillis(700))
                  .socketFactory(tracked)
                  .build();
          attempts.add(failingToConnect(client));
        }
        for (CompletableFuture<Void> attempt : attempts) {
          attempt.get(10, TimeUnit.SECONDS);
        }
      }
    }
    assertReleased();
  }

  private static CompletableFuture<Void> failingToConnect(QuicClientConnection client) {
    CompletableFuture<Void> attempt = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      failToConnect(client);
      attempt.complete(null);
    });
    return attempt;
  }

  private static void failToConnect(QuicClientConnection client) {
    assertThatThrownBy(client::connect).isInstanceOf(IOException.class);
  }

  @Test
  void aConnectThatTimesOutReleasesEverything() throws Exception {
    try (DatagramSocket silent = silent()) {
      failToConnect(clientOf(silent).connectTimeout(Duration.ofMillis(300)).build());
    }
    assertReleased();
  }

  @Test
  void anInterruptedConnectReleasesEverything() throws Exception {
    try (DatagramSocket silent = silent()) {
      QuicClientConnection client = clientOf(silent).connectTimeout(LIMIT).build();
      CompletableFuture<Throwable> ending = new CompletableFuture<>();
      Thread thread =
          Thread.startVirtualThread(() -> {
            try {
              client.connect();
            } catch (Throwable e) {
              ending.complete(e);
            }
          });
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      thread.interrupt();
      assertThat(ending)
          .succeedsWithin(Duration.ofSeconds(2))
          .isInstanceOf(java.io.InterruptedIOException.class);
    }
    assertReleased();
  }

  @Test
  void aClientThatNeverConnectsReleasesItsSocket() throws Exception {
    try (DatagramSocket silent = silent()) {
      clientOf(silent).build().close();
    }
    assertReleased();
  }

  @Test
  void aCloseDuringConnectEndsIt() throws Exception {
    try (DatagramSocket silent = silent()) {
      QuicClientConnection client = clientOf(silent).connectTimeout(Duration.ofSeconds(30)).build();
      CompletableFuture<Void> attempt = failingToConnect(client);
      silent.receive(
          new java.net.DatagramPacket(ByteBuffer.allocate(1500).array(), 1500)); // has started
      client.close();
      assertThat(attempt).succeedsWithin(LIMIT);
    }
    assertReleased();
  }

  private static DatagramSocket silent() throws SocketException {
    return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private QuicClientConnection.Builder clientOf(DatagramSocket server) {
    return QuicClientConnection.newBuilder()
        .uri(URI.create("quic://127.0.0.1:" + server.getLocalPort()))
        .applicationProtocol(Loopback.PROTOCOL)
        .noServerCertificateCheck()
        .socketFactory(tracked);
  }
}
