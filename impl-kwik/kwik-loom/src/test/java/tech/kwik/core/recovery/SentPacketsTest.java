package tech.kwik.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tech.kwik.core.common.PnSpace;
import tech.kwik.core.frame.PingFrame;

class SentPacketsTest {

  private static PacketStatus packet(long number) {
    TestPacket packet = new TestPacket(PnSpace.App, number, 100, List.of(new PingFrame()));
    return TestPacket.sent(packet, 0, p -> {});
  }

  @Test
  void numbersThatWereNotAddedAreGaps() {
    SentPackets sent = new SentPackets();
    PacketStatus five = packet(5);
    PacketStatus nine = packet(9);
    sent.add(five);
    sent.add(nine);
    assertThat(sent.first()).isEqualTo(5);
    assertThat(sent.next()).isEqualTo(10);
    assertThat(sent.get(5)).isSameAs(five);
    assertThat(sent.get(7)).isNull();
    assertThat(sent.get(9)).isSameAs(nine);
    assertThat(sent.get(4)).isNull();
    assertThat(sent.get(10)).isNull();
    assertThat(sent.get(5 + 16)).as("the same place in the ring").isNull();
  }

  @Test
  void trimmingForgetsWhatIsSettledAtTheFrontOnly() {
    SentPackets sent = new SentPackets();
    for (int i = 0; i < 5; i++) {
      sent.add(packet(i));
    }
    sent.get(0).setAcknowledged();
    sent.get(1).setLost();
    sent.get(3).setAcknowledged();
    sent.trim();
    assertThat(sent.first()).isEqualTo(2);
    assertThat(sent.get(1)).isNull();
    assertThat(sent.get(3)).isNotNull();
    sent.get(2).setAcknowledged();
    sent.get(4).setAcknowledged();
    sent.trim();
    assertThat(sent.first()).isEqualTo(sent.next());
  }

  /** Against a map, with gaps, in any order of settling. */
  @Test
  void whatIsInFlightIsFoundWhateverWasAddedAndSettled() {
    Random random = new Random(11);
    SentPackets sent = new SentPackets();
    Map<Long, PacketStatus> expected = new HashMap<>();
    long next = 0;
    for (int i = 0; i < 20_000; i++) {
      next += 1 + (random.nextInt(20) == 0 ? random.nextInt(40) : 0);
      PacketStatus added = packet(next);
      sent.add(added);
      expected.put(next, added);
      if (random.nextInt(3) == 0) {
        int kept = random.nextInt(600);
        expected
            .values()
            .removeIf(packet -> {
              boolean settled = expected.size() > kept && random.nextBoolean();
              if (settled) {
                packet.setAcknowledged();
              }
              return settled;
            });
        sent.trim();
      }
      long last = next;
      expected.forEach((number, packet) -> assertThat(sent.get(number)).isSameAs(packet));
      assertThat(sent.get(last + 1)).isNull();
      if (i % 50 != 0) {
        expected
            .keySet()
            .removeIf(number -> {
              boolean old = number < last - 300;
              if (old) {
                expected.get(number).setLost();
              }
              return old;
            });
      }
    }
  }

  @Test
  void afterClearingNumbersGoOn() {
    SentPackets sent = new SentPackets();
    for (int i = 0; i < 1_000; i++) {
      sent.add(packet(i));
    }
    sent.clear();
    assertThat(sent.get(500)).isNull();
    assertThat(sent.first()).isEqualTo(1_000);
    sent.add(packet(1_003));
    assertThat(sent.first()).isEqualTo(1_003);
    assertThat(sent.get(1_003)).isNotNull();
  }
}
