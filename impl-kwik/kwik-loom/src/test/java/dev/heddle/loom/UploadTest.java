package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** K1: whatever is written arrives, and the end of the stream with it. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class UploadTest {

  private static final int KIB_32 = 32 * 1024;

  @Test
  void twoThousandUploadsOf32KibDoNotStall() throws Exception {
    upload(2_000, KIB_32, 8, 60);
  }

  @Test
  void tenThousandSmallStreamsDoNotStall() throws Exception {
    upload(10_000, 100, 50, 60);
  }

  @Test
  void anUploadOf30MbDoesNotStall() throws Exception {
    upload(1, 30_000_000, 1, 60);
  }

  @Test
  @Tag("soak")
  void hundredThousandUploadsOf32Kib() throws Exception {
    upload(100_000, KIB_32, 8, 900);
  }

  @Test
  @Tag("soak")
  void hundredThousandSmallStreams() throws Exception {
    upload(100_000, 100, 50, 600);
  }

  @Test
  @Tag("soak")
  void twentyUploadsOf200Mb() throws Exception {
    upload(20, 200_000_000, 1, 900);
  }

  private static void upload(int count, int size, int inFlight, int limitSeconds) throws Exception {
    try (Loopback loopback = Loopback.serving(UploadTest::countBytes)) {
      QuicClientConnection client = loopback.connect();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Semaphore slots = new Semaphore(inFlight);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
      long started = System.nanoTime();
      try (Closeable executor = new Closeable()) {
        for (int i = 0; i < count && failure.get() == null; i++) {
          acquire(slots, 1, deadline, i);
          executor.submit(() -> {
            try {
              send(client, size);
            } catch (Throwable e) {
              failure.compareAndSet(null, e);
            } finally {
              slots.release();
            }
          });
        }
        acquire(slots, inFlight, deadline, count);
      }
      assertThat(failure.get()).isNull();
      double seconds = (System.nanoTime() - started) / 1e9;
      System.out.printf(
          "%,d uploads of %,d bytes in %.1f s: %,.0f per second, %.1f MB/s%n",
          count, size, seconds, count / seconds, (double) count * size / seconds / 1e6);
    }
  }

  private static void acquire(Semaphore slots, int permits, long deadline, int started)
      throws InterruptedException {
    if (!slots.tryAcquire(permits, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("an upload stalled; " + started + " were started");
    }
  }

  private static void send(QuicClientConnection client, int size) throws IOException {
    QuicStream stream = client.createStream(true);
    byte[] piece = new byte[Math.min(size, KIB_32)];
    try (OutputStream out = stream.getOutputStream()) {
      for (int left = size; left > 0; left -= piece.length) {
        out.write(piece, 0, Math.min(left, piece.length));
      }
    }
    assertThat(new DataInputStream(stream.getInputStream()).readLong()).isEqualTo(size);
    assertThat(stream.getInputStream().read()).isEqualTo(-1);
  }

  private static void countBytes(QuicStream stream) throws IOException {
    byte[] buffer = new byte[KIB_32];
    long total = 0;
    InputStream in = stream.getInputStream();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      total += n;
    }
    try (OutputStream out = stream.getOutputStream()) {
      out.write(java.nio.ByteBuffer.allocate(8).putLong(total).array());
    }
  }

  /** Nothing comes after the write that could wake the sender by chance. */
  @Test
  @Tag("defect")
  void aWriteThatNothingFollowsArrives() throws Exception {
    try (Loopback loopback = Loopback.serving(UploadTest::answerEach32Kib)) {
      QuicClientConnection client = loopback.connect();
      for (int i = 0; i < 1_000; i++) {
        assertThat(exchange(client)).as("exchange " + i).succeedsWithin(Duration.ofSeconds(10));
      }
    }
  }

  private static CompletableFuture<Integer> exchange(QuicClientConnection client) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        QuicStream stream = client.createStream(true);
        stream.getOutputStream().write(new byte[KIB_32]);
        answer.complete(stream.getInputStream().read());
        stream.getOutputStream().close();
      } catch (IOException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  private static void answerEach32Kib(QuicStream stream) throws IOException {
    stream.getInputStream().readNBytes(KIB_32);
    stream.getOutputStream().write(1);
    stream.getOutputStream().close();
    stream.getInputStream().readAllBytes();
  }

  /** Virtual threads that are interrupted, not awaited: on stock kwik they may hang for ever. */
  private static final class Closeable implements AutoCloseable {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    Future<?> submit(Runnable task) {
      return executor.submit(task);
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
