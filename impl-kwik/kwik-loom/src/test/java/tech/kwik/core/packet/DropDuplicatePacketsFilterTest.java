package tech.kwik.core.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;

/** No packet is processed twice (RFC 9000 section 12.3). */
class DropDuplicatePacketsFilterTest {
  private final List<Long> passed = new ArrayList<>();
  private final DropDuplicatePacketsFilter filter =
      new DropDuplicatePacketsFilter((packet, metaData) -> passed.add(packet.getPacketNumber()));

  private void receive(QuicPacket packet, long... numbers) throws TransportError {
    for (long number : numbers) {
      packet.setPacketNumber(number);
      filter.processPacket(packet, new PacketMetaData(Instant.now(), null, 0));
    }
  }

  private void receive(long... numbers) throws TransportError {
    receive(new ShortHeaderPacket(Version.getDefault(), new byte[8], null), numbers);
  }

  @Test
  void eachNumberPassesOnceInWhateverOrder() throws Exception {
    receive(0, 2, 1, 2, 0, 5, 4, 5, 3, 3);
    assertThat(passed).containsExactly(0L, 2L, 1L, 5L, 4L, 3L);
  }

  @Test
  void aPacketThatIsTooLateToKnowIsDropped() throws Exception {
    receive(DropDuplicatePacketsFilter.WINDOW, 0, 1);
    assertThat(passed).containsExactly((long) DropDuplicatePacketsFilter.WINDOW, 1L);
  }

  @Test
  void afterALargeStepNothingOfBeforeIsLeft() throws Exception {
    receive(1, 2, 3);
    passed.clear();
    long far = 1L << 40;
    receive(far + 3, far + 2, far + 1, far, far + 3);
    assertThat(passed).containsExactly(far + 3, far + 2, far + 1, far);
  }

  @Test
  void spacesDoNotKnowOfEachOther() throws Exception {
    receive(7);
    receive(new HandshakePacket(Version.getDefault()), 7, 7);
    assertThat(passed).containsExactly(7L, 7L);
  }

  @Test
  void aMillionNumbersInDisorderPassOnceEach() throws Exception {
    Random random = new Random(5);
    Set<Long> expected = new HashSet<>();
    for (long base = 0; base < 1_000_000; base += 100) {
      for (int i = 0; i < 150; i++) {
        long number = Math.max(0, base + random.nextInt(2_000) - 1_000);
        expected.add(number);
        receive(number);
      }
    }
    assertThat(passed).doesNotHaveDuplicates().hasSameSizeAs(expected);
  }
}
