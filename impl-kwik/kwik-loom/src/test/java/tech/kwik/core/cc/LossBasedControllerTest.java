package tech.kwik.core.cc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9002 section 7, whatever the algorithm. */
class LossBasedControllerTest {

  private static final int SIZE = Window.SIZE;

  /** Both algorithms. */
  enum Algorithm {
    NEW_RENO(NewRenoController::new),
    CUBIC(CubicController::new);

    private final Function<CongestionControlEventListener, LossBasedController> constructor;

    Algorithm(Function<CongestionControlEventListener, LossBasedController> constructor) {
      this.constructor = constructor;
    }

    Window window(int size) {
      return new Window(constructor.apply(Window.nobody()), size, 50);
    }
  }

  // RFC 9002 §7.2: ten times the maximum datagram size
  @ParameterizedTest
  @EnumSource
  void theInitialWindowIsTenPackets(Algorithm algorithm) {
    assertThat(algorithm.window(SIZE).bytes()).isEqualTo(10 * SIZE);
    Window larger = algorithm.window(1_252);
    assertThat(larger.fill()).isEqualTo(10);
    assertThat(larger.bytes()).isEqualTo(12_520);
  }

  // RFC 9000 §14.4: a probe of the path's MTU says nothing about packets until it has arrived
  @ParameterizedTest
  @EnumSource
  void besideALargeProbePacketsLeaveAsBefore(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    window.controller.probeSent(8_952);
    assertThat(window.controller.getBytesInFlight()).isEqualTo(8_952);
    assertThat(window.fill()).isEqualTo((10 * SIZE - 8_952) / SIZE);
  }

  // RFC 9002 §7.2: the initial window follows the size of packets, and two of them always fit
  @ParameterizedTest
  @EnumSource
  void whenPacketsGrowThereIsRoomForTwo(Algorithm algorithm) {
    Window fresh = algorithm.window(SIZE);
    fresh.controller.sent(SIZE, 0);
    fresh.controller.sent(8_952, 0);
    assertThat(fresh.bytes()).isEqualTo(2 * 8_952);
    Window used = algorithm.window(SIZE);
    used.roundWithLoss();
    used.controller.sent(8_952, used.now);
    assertThat(used.bytes()).isEqualTo(2 * 8_952);
    assertThat(used.controller.canSend(8_952)).isTrue();
  }

  // RFC 9002 §7.3.1: in slow start the window grows by what is acknowledged
  @ParameterizedTest
  @EnumSource
  void inSlowStartItDoublesPerRoundTrip(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    for (int packets = 10; packets <= 640; packets *= 2) {
      assertThat(window.packets()).isEqualTo(packets);
      window.round();
    }
    assertThat(window.controller.getBytesInFlight()).isZero();
  }

  // RFC 9002 §7.3.2: one reduction per round trip, whatever else is lost of what was sent before it
  @ParameterizedTest
  @EnumSource
  void itIsReducedOncePerRoundTrip(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    window.round();
    window.fill();
    long sent = window.now;
    window.controller.lost(SIZE, 1, sent, sent + 10);
    long reduced = window.bytes();
    assertThat(reduced).isBetween(10L * SIZE, 14L * SIZE);
    window.controller.lost(5 * SIZE, 5, sent + 10, sent + 20);
    assertThat(window.bytes()).isEqualTo(reduced);
    window.controller.sent(SIZE, sent + 11);
    window.controller.lost(SIZE, 1, sent + 11, sent + 30);
    assertThat(window.bytes()).isLessThan(reduced);
  }

  // RFC 9002 §7.3.2: in recovery the window does not grow; it ends with a packet sent during it
  @ParameterizedTest
  @EnumSource
  void acknowledgementsOfWhatWasSentBeforeTheReductionDoNotGrowIt(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    window.round();
    window.roundWithLoss();
    long reduced = window.bytes();
    assertThat(window.controller.getBytesInFlight()).isZero();
    for (int i = 0; i < 20 && window.bytes() == reduced; i++) {
      window.round();
    }
    assertThat(window.bytes()).isGreaterThan(reduced);
  }

  // RFC 9002 §7.2: kMinimumWindow is 2 * max_datagram_size
  @ParameterizedTest
  @EnumSource
  void itNeverFallsBelowTwoPackets(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    for (int i = 0; i < 30; i++) {
      window.roundWithLoss();
    }
    assertThat(window.bytes()).isEqualTo(2 * SIZE);
    assertThat(window.fill()).isEqualTo(2);
  }

  // RFC 9002 §7.6.2: on persistent congestion the window is the minimum, then slow start
  @ParameterizedTest
  @EnumSource
  void afterPersistentCongestionItStartsSlowlyAgain(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    for (int i = 0; i < 4; i++) {
      window.round();
    }
    window.roundWithLoss();
    long threshold = window.bytes();
    window.controller.persistentCongestion();
    assertThat(window.bytes()).isEqualTo(2 * SIZE);
    window.round();
    window.round();
    assertThat(window.packets()).isEqualTo(8);
    while (window.bytes() < threshold) {
      window.round();
    }
    long after = window.bytes();
    window.round();
    assertThat(window.bytes()).as("beyond the threshold").isLessThan(after + after / 2);
  }

  // RFC 9000 §9.4: reset to initial values when the path is another
  @ParameterizedTest
  @EnumSource
  void onAnotherPathItStartsAnewAndOldPacketsChangeNothing(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    window.round();
    window.roundWithLoss();
    int old = window.fill();
    long sent = window.now;
    window.controller.newPath(sent + 1);
    assertThat(window.packets()).isEqualTo(10);
    window.controller.acknowledging(sent + 2, Window.MILLI);
    window.controller.acknowledged(SIZE, sent);
    window.controller.lost((old - 1) * SIZE, old - 1, sent, sent + 3);
    assertThat(window.packets()).isEqualTo(10);
    assertThat(window.controller.getBytesInFlight()).isZero();
    window.now = sent + 4;
    window.round();
    assertThat(window.packets()).as("slow start").isEqualTo(20);
  }

  // RFC 9002 §7.8: under-utilized, it does not grow
  @ParameterizedTest
  @EnumSource
  void itDoesNotGrowWhileTheApplicationSendsLess(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    for (int i = 0; i < 20; i++) {
      window.roundOf(8);
    }
    assertThat(window.packets()).isEqualTo(10);
    window.round();
    window.roundWithLoss();
    long reduced = window.bytes();
    for (int i = 0; i < 100; i++) {
      window.roundOf(3);
    }
    assertThat(window.bytes()).isEqualTo(reduced);
  }

  // RFC 9002 §7.8: a sender that only waits for pacing is not application limited
  @ParameterizedTest
  @EnumSource
  void itGrowsWhilePacingKeepsBackWhatWouldFillIt(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    window.pacedRoundOf(4);
    assertThat(window.packets()).as("less than half of it in use").isEqualTo(10);
    window.pacedRoundOf(6);
    assertThat(window.packets()).isEqualTo(16);
  }

  // K2: full means that no whole packet fits, whatever the size of the packets
  @ParameterizedTest
  @ValueSource(ints = {50, 100, 700, 1_000, 1_034, 1_199, 1_200, 1_252})
  void itGrowsWhenItLimitsDatagramsOfAnySize(int size) {
    for (Algorithm algorithm : Algorithm.values()) {
      Window window = algorithm.window(size);
      long first = window.bytes();
      for (int i = 0; i < 4; i++) {
        window.round();
      }
      assertThat(window.bytes()).as("%s", algorithm).isGreaterThan(10 * first);
    }
  }

  // K2: some datagrams smaller than the largest packet so far
  @ParameterizedTest
  @EnumSource
  void itGrowsUnderSmallDatagramsAfterALargePacket(Algorithm algorithm) {
    Window window = algorithm.window(100);
    window.controller.sent(1_252, window.now);
    window.controller.acknowledging(1, 1);
    window.controller.acknowledged(1_252, window.now);
    long first = window.bytes();
    for (int i = 0; i < 4; i++) {
      window.round();
    }
    assertThat(window.bytes()).isGreaterThan(10 * first);
  }

  // RFC 9002 §B.9: discarded packets leave the flight and tell nothing about the path
  @ParameterizedTest
  @EnumSource
  void discardedPacketsMakeRoomAndChangeNothingElse(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    int sent = window.fill();
    window.controller.discarded(sent * SIZE, sent);
    assertThat(window.controller.getBytesInFlight()).isZero();
    assertThat(window.packets()).isEqualTo(10);
    assertThat(window.fill()).isEqualTo(10);
  }

  /** The table of sent packets is bounded, however small they are. */
  @ParameterizedTest
  @EnumSource
  void thereIsALimitToThePacketsInFlight(Algorithm algorithm) {
    Window window = algorithm.window(SIZE);
    for (int i = 0; i < 13; i++) {
      window.round();
    }
    Window tiny = new Window(window.controller, 30, 50);
    assertThat(tiny.fill()).isLessThanOrEqualTo(1 << 15);
  }
}
