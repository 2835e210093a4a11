package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many writers and one consumer, which sleeps until it is told that something is there. */
class SendQueueThreadsTest {
  private static final int DATAGRAMS = 40_000;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Semaphore readied = new Semaphore(0);

  @AfterEach
  void end() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  /** A wake-up that is lost in either direction would leave both sides waiting. */
  @ParameterizedTest
  @CsvSource({"0, 1, 1, 1", "0, 1, 3, 4", "2, 2, 2, 2", "64, 8, 4, 4", "1024, 256, 8, 1"})
  void everyDatagramLeavesOnceAndInTheOrderOfItsLane(
      int capacity, int perContext, int lanes, int writersPerLane) throws Exception {
    SendQueue queue = new SendQueue(capacity, perContext, readied::release);
    int perWriter = DATAGRAMS / (lanes * writersPerLane);
    List<Future<Boolean>> writing = new ArrayList<>();
    List<SendLane> all = new ArrayList<>();
    for (int l = 0; l < lanes; l++) {
      SendLane lane = queue.session().lane(4L * l, -1);
      all.add(lane);
      for (int w = 0; w < writersPerLane; w++) {
        long first = (long) w * perWriter;
        boolean spinning = w == 1;
        writing.add(threads.submit(() -> write(lane, first, perWriter, spinning)));
      }
    }
    int expected = perWriter * lanes * writersPerLane;
    long[][] last = new long[lanes][writersPerLane];
    ByteBuffer packet = ByteBuffer.allocate(9);
    for (int taken = 0; taken < expected; taken++) {
      awaitNext(queue);
      queue.writeNext(packet.clear());
      packet.flip();
      int lane = packet.get();
      long number = packet.getLong();
      int writer = (int) (number / perWriter);
      assertThat(number % perWriter + 1).isEqualTo(++last[lane][writer]);
    }
    for (Future<Boolean> done : writing) {
      assertThat(done.get(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(queue.nextBytes()).isEqualTo(SendQueue.NONE);
    assertThat(all.stream().mapToLong(SendLane::sent).sum()).isEqualTo(expected);
  }

  private void awaitNext(SendQueue queue) throws InterruptedException {
    while (queue.nextBytes() == SendQueue.NONE) {
      assertThat(readied.tryAcquire(10, TimeUnit.SECONDS)).as("told that something waits").isTrue();
    }
  }

  private static boolean write(SendLane lane, long first, int count, boolean spinning)
      throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      byte[] datagram = Numbered.datagram(first + i);
      if (!spinning) {
        lane.write(datagram);
      } else {
        while (!lane.tryWrite(datagram)) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          Thread.onSpinWait();
        }
      }
    }
    return true;
  }

  /** However much one context writes, another gets its turn. */
  @Test
  void aFloodInOneContextDoesNotHoldUpAnother() throws Exception {
    SendQueue queue = new SendQueue(16, 64, readied::release);
    SendLane flood = queue.session().lane(0, -1);
    SendLane modest = queue.session().lane(4, -1);
    for (int i = 0; i < 4; i++) {
      threads.submit(() -> write(flood, 0, Integer.MAX_VALUE, false));
    }
    Future<Boolean> modestly = threads.submit(() -> write(modest, 0, 1_000, false));
    long sent = 0;
    while (modest.sent() < 1_000) {
      awaitNext(queue);
      queue.writeNext(ByteBuffer.allocate(9));
      sent++;
      assertThat(sent).as("datagrams until the modest one is done").isLessThan(50_000_000);
    }
    assertThat(modestly.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(flood.sent()).isPositive();
    queue.close(() -> new IOException("over"));
  }

  /** Writing, discarding and taking at once: every datagram is sent or counted, no room is lost. */
  @Test
  void theRoomComesBackWhoeverTakesADatagram() throws Exception {
    SendQueue queue = new SendQueue(8, 8, readied::release);
    for (int round = 0; round < 2_000; round++) {
      SendLane lane = queue.session().lane(0, -1);
      CompletableFuture<Long> writer =
          CompletableFuture.supplyAsync(() -> writeToTheEnd(lane), threads);
      CompletableFuture<Void> closer =
          CompletableFuture.runAsync(() -> lane.discard(() -> new IOException("over")), threads);
      while (!closer.isDone() || !writer.isDone()) {
        if (queue.nextBytes() != SendQueue.NONE) {
          queue.writeNext(ByteBuffer.allocate(9));
        }
      }
      while (queue.nextBytes() != SendQueue.NONE) {
        queue.writeNext(ByteBuffer.allocate(9));
      }
      assertThat(lane.sent() + lane.dropped(DropReason.SEND_CLOSED)).isEqualTo(writer.get());
    }
    SendLane lane = queue.session().lane(0, -1);
    for (int i = 0; i < 8; i++) {
      assertThat(lane.tryWrite(new byte[1])).isTrue();
    }
  }

  private static long writeToTheEnd(SendLane lane) {
    long written = 0;
    try {
      while (true) {
        lane.write(new byte[8]);
        written++;
      }
    } catch (IOException e) {
      return written;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
