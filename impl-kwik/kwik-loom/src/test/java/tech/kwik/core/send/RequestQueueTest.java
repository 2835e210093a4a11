package tech.kwik.core.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.frame.DatagramFrame;
import tech.kwik.core.frame.MaxDataFrame;
import tech.kwik.core.frame.QuicFrame;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RequestQueueTest {

  private static final Consumer<QuicFrame> NOBODY = frame -> {};
  private static final int ALL = 1_200;

  private final RequestQueue queue = new RequestQueue();

  private List<QuicFrame> takeAll(int space) {
    List<QuicFrame> taken = new ArrayList<>();
    RequestQueue.Request next;
    while ((next = queue.take(space)) != null) {
      taken.add(next.frame(space));
    }
    return taken;
  }

  @Test
  void framesLeaveInTheOrderInWhichTheyCame() {
    List<QuicFrame> frames = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      QuicFrame frame = new MaxDataFrame(i);
      frames.add(frame);
      queue.add(frame, NOBODY);
    }
    assertThat(queue.hasRequests()).isTrue();
    assertThat(takeAll(ALL)).isEqualTo(frames);
    assertThat(queue.hasRequests()).isFalse();
  }

  // K3: stock kwik takes the newest first
  @Test
  void urgentFramesLeaveFirstAndInOrderAmongThemselves() {
    QuicFrame ordinary = new MaxDataFrame(1);
    DatagramFrame first = new DatagramFrame(new byte[1]);
    DatagramFrame second = new DatagramFrame(new byte[1]);
    queue.add(ordinary, NOBODY);
    queue.addUrgent(first, NOBODY);
    queue.addUrgent(second, NOBODY);
    assertThat(takeAll(ALL)).containsExactly(first, second, ordinary);
  }

  @Test
  void whatDoesNotFitWaitsAndAnUrgentOneKeepsNoOtherBack() {
    DatagramFrame large = new DatagramFrame(new byte[500]);
    QuicFrame small = new MaxDataFrame(1);
    queue.addUrgent(large, NOBODY);
    queue.add(small, NOBODY);
    assertThat(takeAll(100)).containsExactly(small);
    assertThat(takeAll(large.getFrameLength() - 1)).isEmpty();
    assertThat(takeAll(large.getFrameLength())).containsExactly(large);
  }

  @Test
  void aSupplierIsAskedWithTheSpaceThatIsLeft() {
    List<Integer> asked = new ArrayList<>();
    queue.add(
        space -> {
          asked.add(space);
          return null;
        },
        50,
        NOBODY);
    assertThat(queue.take(49)).isNull();
    assertThat(queue.take(50).frame(50)).isNull();
    assertThat(asked).containsExactly(50);
  }

  @Test
  void ofTooManyUrgentFramesTheOldestAreDropped() {
    List<DatagramFrame> frames = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      frames.add(new DatagramFrame(new byte[1]));
      queue.addUrgent(frames.get(i), NOBODY);
    }
    assertThat(takeAll(ALL)).isEqualTo(frames.subList(3_000 - 1_024, 3_000));
  }

  @Test
  void urgentFramesThatNoPacketCanHoldAreDroppedAndTheNextOnesLeave() {
    queue.addUrgent(new DatagramFrame(new byte[2_000]), NOBODY);
    queue.addUrgent(new DatagramFrame(new byte[2_000]), NOBODY);
    DatagramFrame small = new DatagramFrame(new byte[1]);
    queue.addUrgent(small, NOBODY);
    queue.dropUrgentAbove(ALL);
    assertThat(takeAll(ALL)).containsExactly(small);
  }

  @Test
  void probesWaitApartFromTheRest() {
    List<QuicFrame> frames = List.of(new MaxDataFrame(1));
    queue.addProbe(frames);
    queue.addProbe(List.of());
    assertThat(queue.hasRequests()).isFalse();
    assertThat(queue.hasProbe()).isTrue();
    assertThat(queue.takeProbe()).isEqualTo(frames);
    assertThat(queue.takeProbe()).isEmpty();
    assertThat(queue.hasProbe()).isFalse();
  }

  @Test
  void afterClearingEverythingStartsAgain() {
    queue.add(new MaxDataFrame(1), NOBODY);
    queue.addUrgent(new DatagramFrame(new byte[1]), NOBODY);
    queue.addProbe(List.of());
    queue.clear();
    assertThat(queue.hasRequests()).isFalse();
    assertThat(queue.hasProbe()).isFalse();
    assertThat(takeAll(ALL)).isEmpty();
  }

  /** The oldest may be dropped just when it is to be taken: what is taken fits nevertheless. */
  @Test
  void whatIsTakenFitsThoughOthersDropTheOldestMeanwhile() throws Exception {
    DatagramFrame small = new DatagramFrame(new byte[1]);
    DatagramFrame large = new DatagramFrame(new byte[1_000]);
    Thread adder =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 500_000; i++) {
                queue.addUrgent(i % 2 == 0 ? small : large, NOBODY);
              }
            });
    int space = 100;
    while (adder.isAlive()) {
      RequestQueue.Request next = queue.take(space);
      if (next != null) {
        assertThat(next.minimum()).isLessThanOrEqualTo(space);
      }
      queue.take(ALL);
    }
    adder.join();
    assertThat(takeAll(ALL)).hasSizeLessThanOrEqualTo(1_024);
    assertThat(queue.hasRequests()).isFalse();
  }
}
