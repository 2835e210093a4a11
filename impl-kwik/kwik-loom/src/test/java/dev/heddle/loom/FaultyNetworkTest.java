package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** What is written arrives, in order and with its end, over a network that misbehaves. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FaultyNetworkTest {

  private static final Loopback.Sizes TINY = new Loopback.Sizes(5, 4_000, 9_000);

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05})
  void streamsArriveOverALossyNetwork(double probability) throws Exception {
    echo(Loopback.Sizes.NORMAL, LossyUdpProxy.Faults.all(probability), 40, 100_000);
  }

  /** Windows of a few packets: late credit, lost credit, blocked frames at every turn. */
  @Test
  void streamsArriveThroughTinyWindowsOverALossyNetwork() throws Exception {
    echo(TINY, LossyUdpProxy.Faults.all(0.03), 30, 20_000);
  }

  @Test
  void streamsArriveThroughTinyWindows() throws Exception {
    echo(TINY, null, 200, 20_000);
  }

  private static void echo(Loopback.Sizes sizes, LossyUdpProxy.Faults faults, int count, int max)
      throws Exception {
    try (Loopback loopback = Loopback.serving(sizes, faults, FaultyNetworkTest::echo)) {
      QuicClientConnection client = loopback.connect();
      List<CompletableFuture<Void>> all = new ArrayList<>();
      Random random = new Random(7);
      for (int i = 0; i < count; i++) {
        byte[] bytes = new byte[1 + random.nextInt(max)];
        random.nextBytes(bytes);
        all.add(run(() -> exchange(client, bytes)));
      }
      for (CompletableFuture<Void> one : all) {
        one.get(50, TimeUnit.SECONDS);
      }
    }
  }

  private interface Task {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> run(Task task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        task.run();
        done.complete(null);
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }

  private static void exchange(QuicClientConnection client, byte[] bytes) throws Exception {
    QuicStream stream = client.createStream(true);
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    CompletableFuture<Void> reader =
        run(() -> answer.complete(stream.getInputStream().readAllBytes()));
    for (int at = 0; at < bytes.length; at += 3_000) {
      stream.getOutputStream().write(bytes, at, Math.min(3_000, bytes.length - at));
    }
    stream.getOutputStream().close();
    reader.get();
    assertThat(answer.get()).hasSize(bytes.length + 8).startsWith(bytes);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    assertThat(ByteBuffer.wrap(answer.get(), bytes.length, 8).getLong()).isEqualTo(crc.getValue());
  }

  private static void echo(QuicStream stream) throws IOException {
    CRC32 crc = new CRC32();
    byte[] buffer = new byte[2_000];
    for (int n = stream.getInputStream().read(buffer);
        n >= 0;
        n = stream.getInputStream().read(buffer)) {
      crc.update(buffer, 0, n);
      stream.getOutputStream().write(buffer, 0, n);
    }
    stream.getOutputStream().write(ByteBuffer.allocate(8).putLong(crc.getValue()).array());
    stream.getOutputStream().close();
  }
}
