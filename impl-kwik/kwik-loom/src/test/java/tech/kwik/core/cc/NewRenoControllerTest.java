package tech.kwik.core.cc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 9002 section 7.3 and appendix B. */
class NewRenoControllerTest {

  private final Window window = new Window(new NewRenoController(Window.nobody()), Window.SIZE, 50);

  // RFC 9002 §B.1: kLossReductionFactor is 0.5
  @Test
  void aLossHalvesTheWindow() {
    window.round();
    window.round();
    assertThat(window.packets()).isEqualTo(40);
    window.roundWithLoss();
    assertThat(window.packets()).isEqualTo(20);
    window.roundWithLoss();
    assertThat(window.packets()).isEqualTo(10);
  }

  // RFC 9002 §7.3.3: at most one packet for each window that is acknowledged
  @Test
  void beyondSlowStartItGrowsByOnePacketPerRoundTrip() {
    window.round();
    window.roundWithLoss();
    for (int packets = 10; packets <= 60; packets++) {
      assertThat(window.packets()).isEqualTo(packets);
      window.round();
    }
  }
}
