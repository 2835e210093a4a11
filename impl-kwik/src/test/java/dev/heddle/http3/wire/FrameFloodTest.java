package dev.heddle.http3.wire;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static dev.heddle.http3.wire.Violations.assertConnectionError;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What hostile bytes may cost. */
class FrameFloodTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void aClaimOfTwoGibibytesAllocatesOnlyForTheBytesThatCome() throws IOException {
    byte[] bytes = hex("01 c00000007fffffff 0000");
    FrameReader warm = new FrameReader(source(bytes, 100));
    assertThat(warm.next()).isEqualTo(FrameType.HEADERS);
    FrameReader frames = new FrameReader(source(bytes, 100));
    frames.next();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertConnectionError(
        H3Error.H3_FRAME_ERROR, () -> frames.payload(Integer.MAX_VALUE, IOException::new));
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  @Test
  void anEndlessUnknownFrameIsSkippedWithoutBeingHeld() throws IOException {
    long[] left = {100L << 20};
    byte[] header = hex("21 c000000006400000"); // exactly 100 MiB
    boolean[] begun = {false};
    BufferedByteSource in =
        new BufferedByteSource((dst, offset, length) -> {
          if (!begun[0]) {
            begun[0] = true;
            System.arraycopy(header, 0, dst, offset, header.length);
            return header.length;
          }
          int count = (int) Math.min(length, left[0]);
          left[0] -= count;
          return count == 0 ? -1 : count;
        });
    FrameReader frames = new FrameReader(in);
    assertThat(frames.next()).isEqualTo(FrameType.UNKNOWN);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThat(frames.next()).isEqualTo(FrameType.END);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  @Test
  void randomBytesEndInNothingButViolations() throws IOException {
    Random random = new Random(0x4ead1e);
    byte[] seed = hex("0104 0000d1d7 0003010203 0407 0680004000 3301 07024040 210100 0d013f");
    int violations = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = seed.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      violations += consume(new FrameReader(source(bytes, 1 + random.nextInt(40)))) ? 0 : 1;
    }
    assertThat(violations).isBetween(1000, 199_000);
  }

  private static boolean consume(FrameReader frames) throws IOException {
    try {
      while (true) {
        switch (frames.next()) {
          case DATA, HEADERS, PUSH_PROMISE -> {
            if (frames.length() <= 100) {
              frames.payload(100, IOException::new);
            }
          }
          case SETTINGS ->
              assertThat(frames.settings(100).values()).doesNotContainKeys(0L, 2L, 3L, 4L, 5L);
          case CANCEL_PUSH, GOAWAY, MAX_PUSH_ID -> assertThat(frames.id()).isNotNegative();
          case PRIORITY_UPDATE_REQUEST, PRIORITY_UPDATE_PUSH ->
              assertThat(frames.leadingId()).isNotNegative();
          case UNKNOWN -> frames.skip();
          case END -> {
            return true;
          }
        }
      }
    } catch (ProtocolException violation) {
      return false;
    }
  }
}
