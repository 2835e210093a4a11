package dev.heddle.http3.qpack;

import static dev.heddle.http3.wire.Bytes.hex;
import static dev.heddle.http3.wire.Bytes.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded mutations of legal bytes: whatever comes, only violations may escape. */
class QpackFuzzTest {
  private static final int ROUNDS = 200_000;
  private static final int MAX_SECTION_BYTES = 240;

  private static final byte[][] SECTIONS = {
    hex("0000 d1 d7 c1 518860d5485f2bce9a68 7f45 8325a849 dd"),
    hex("0000 d9 54 820801 ee 2703637573746f6d2d6b6579 0c 637573746f6d2d76616c7565"),
    hex("0000 2f0125a849e95ba97d7f 8925a849e95bb8e8b4bf 33616263 0178 5f1d03612f62"),
    hex("0500 80 c1 81 10 40 00 08 00"),
  };

  @Test
  void mutatedSectionsDecodeOrFailAndStayWithinTheLimit() throws IOException {
    Random random = new Random(0x9204);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    FieldSectionDecoder decoder = new FieldSectionDecoder(MAX_SECTION_BYTES, 8);
    int[] outcomes = new int[3];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int round = 0; round < ROUNDS; round++) {
      byte[] section = mutated(SECTIONS[random.nextInt(SECTIONS.length)], random);
      int[] size = {0};
      try {
        decoder.decode(
            section, (name, value, never) -> size[0] += name.length() + value.length() + 32);
        outcomes[0]++;
      } catch (FieldSectionTooLargeException e) {
        outcomes[1]++;
      } catch (ProtocolException e) {
        assertThat(e.error()).isEqualTo(H3Error.QPACK_DECOMPRESSION_FAILED);
        outcomes[2]++;
      }
      assertThat(size[0]).isLessThanOrEqualTo(MAX_SECTION_BYTES);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / ROUNDS).isLessThan(8 * 1024);
    assertThat(Arrays.stream(outcomes).min().getAsInt()).isGreaterThan(100);
  }

  @Test
  void mutatedInstructionsNeverEscapeAsAnythingButViolations() {
    Random random = new Random(0x0203);
    byte[] encoder = hex("20 3f00 20 c00f7777772e6578616d706c652e636f6d 4a637573");
    byte[] decoder = hex("48 44 7f8001 7fc0ffffffffffffff3f 84 01");
    for (int round = 0; round < ROUNDS; round++) {
      int step = 1 + random.nextInt(20);
      EncoderStreamReader inserts =
          new EncoderStreamReader(source(mutated(encoder, random), step), () -> {});
      assertViolation(catchThrowable(inserts::run));
      DecoderStreamReader acks =
          new DecoderStreamReader(source(mutated(decoder, random), step), () -> {});
      assertViolation(catchThrowable(acks::run));
    }
  }

  private static void assertViolation(Throwable thrown) {
    if (!(thrown instanceof ProtocolException)) {
      throw new AssertionError("not a violation", thrown);
    }
  }

  private static byte[] mutated(byte[] legal, Random random) {
    byte[] bytes = legal.clone();
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
    }
    if (random.nextInt(8) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
    }
    return bytes;
  }
}
