package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.impl.CongestionWindow;

/** K2 and K3: datagrams by kwik's own interface. */
@Tag("defect")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DatagramDefectTest {

  private static final int INITIAL_WINDOW = 12_520;
  private static final int SMALLEST_PACKET = 1_200;

  private final ExecutorService inOrder = Executors.newSingleThreadExecutor();

  @AfterEach
  void end() {
    inOrder.shutdownNow();
  }

  private static boolean soon(BooleanSupplier condition, int millis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(50_000);
    }
    return condition.getAsBoolean();
  }

  /** K2: RFC 9002 §7.8 lets the window grow while it is what limits the sender. */
  @ParameterizedTest
  @ValueSource(ints = {100, 700, 1_000, 1_100})
  void theCongestionWindowGrowsUnderDatagramsOfAnySize(int size) throws Exception {
    Loopback.Sizes sizes = Loopback.Sizes.NORMAL;
    try (Loopback loopback = Loopback.serving(sizes, LossyUdpProxy.Faults.NONE, stream -> {})) {
      QuicClientConnection client = loopback.connect();
      loopback.accepted().setDatagramHandler(datagram -> {}, inOrder);
      for (int i = 0; i < 40 && CongestionWindow.bytes(client) < 3 * INITIAL_WINDOW; i++) {
        // Acknowledgements wait until the window is full.
        loopback.proxy().dropAnswers(true);
        long bytes = CongestionWindow.bytes(client) + 2L * size;
        for (long sent = 0; sent < bytes; sent += size) {
          client.sendDatagram(new byte[size]);
        }
        soon(() -> free(client) < SMALLEST_PACKET, 200);
        loopback.proxy().dropAnswers(false);
        soon(() -> CongestionWindow.bytesInFlight(client) == 0, 3_000);
      }
      assertThat(CongestionWindow.bytes(client)).isGreaterThanOrEqualTo(3 * INITIAL_WINDOW);
    }
  }

  private static long free(QuicClientConnection client) {
    return CongestionWindow.bytes(client) - CongestionWindow.bytesInFlight(client);
  }

  /** K3: what is dropped for want of room is what waits longest; the rest keeps its order. */
  @Test
  void hundredThousandDatagramsLeaveInOrderWithoutDelay() throws Exception {
    int count = 100_000;
    List<Integer> arrived = new ArrayList<>();
    AtomicInteger last = new AtomicInteger();
    try (Loopback loopback = Loopback.serving(stream -> {})) {
      QuicClientConnection client = loopback.connect();
      loopback
          .accepted()
          .setDatagramHandler(
              datagram -> {
                int number = ByteBuffer.wrap(datagram).getInt();
                arrived.add(number);
                last.set(number);
              },
              inOrder);
      for (int i = 1; i <= count; i++) {
        client.sendDatagram(ByteBuffer.allocate(100).putInt(i).array());
      }
      // The last ones may have been lost in a socket's buffer, so that others follow.
      int next = count;
      for (int i = 0; i < 100 && last.get() <= count; i++) {
        client.sendDatagram(ByteBuffer.allocate(100).putInt(++next).array());
        soon(() -> last.get() > count, 1_000);
      }
      assertThat(last.get()).isGreaterThan(count);
    }
    inOrder.shutdown();
    assertThat(inOrder.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(arrived).hasSizeGreaterThan(1_000).isSorted();
  }

  @Test
  void aDatagramOfTheLargestSizeDoesNotHoldUpTheNext() throws Exception {
    List<Integer> arrived = new ArrayList<>();
    AtomicInteger count = new AtomicInteger();
    try (Loopback loopback = Loopback.serving(stream -> {})) {
      QuicClientConnection client = loopback.connect();
      loopback
          .accepted()
          .setDatagramHandler(
              datagram -> {
                arrived.add(datagram.length);
                count.incrementAndGet();
              },
              inOrder);
      client.sendDatagram(new byte[client.maxDatagramDataSize()]);
      client.sendDatagram(new byte[7]);
      assertThat(soon(() -> count.get() > 0, 10_000)).isTrue();
      assertThat(soon(() -> arrived.contains(7), 10_000)).isTrue();
    }
  }
}
