package tech.kwik.core.cc;

/** Drives a controller through round trips, as a sender does that always has something to send. */
final class Window {

  static final int SIZE = 1_200;
  static final long MILLI = 1_000_000;

  final LossBasedController controller;
  private final int size;
  private final long roundTrip;
  long now;

  Window(LossBasedController controller, int size, long roundTripMillis) {
    this.controller = controller;
    this.size = size;
    this.roundTrip = roundTripMillis * MILLI;
  }

  static CongestionControlEventListener nobody() {
    return new CongestionControlEventListener() {
      @Override
      public void bytesInFlightIncreased(long bytes) {}

      @Override
      public void bytesInFlightDecreased(long bytes) {}
    };
  }

  long bytes() {
    return controller.getWindowSize();
  }

  double packets() {
    return (double) bytes() / size;
  }

  /** Sends as much as the window allows; returns the number of packets. */
  int fill() {
    int sent = 0;
    while (controller.canSend(size)) {
      controller.sent(size, now);
      sent++;
    }
    return sent;
  }

  /** A round trip with a full window, all of it acknowledged. */
  void round() {
    acknowledge(fill());
  }

  /** A round trip with so many packets. */
  void roundOf(int packets) {
    for (int i = 0; i < packets; i++) {
      controller.sent(size, now);
    }
    acknowledge(packets);
  }

  /** A round trip with so many packets, the next of which pacing keeps back. */
  void pacedRoundOf(int packets) {
    for (int i = 0; i < packets; i++) {
      controller.sent(size, now);
    }
    controller.paced(now);
    acknowledge(packets);
    now++;
  }

  private void acknowledge(int packets) {
    long sentAt = now;
    now += roundTrip;
    controller.acknowledging(now, roundTrip);
    for (int i = 0; i < packets; i++) {
      controller.acknowledged(size, sentAt);
    }
  }

  /** A round trip with a full window, the first packet of which is lost. */
  void roundWithLoss() {
    int sent = fill();
    long sentAt = now;
    now += roundTrip;
    controller.lost(size, 1, sentAt, now);
    controller.acknowledging(now, roundTrip);
    for (int i = 1; i < sent; i++) {
      controller.acknowledged(size, sentAt);
    }
    now++; // what is sent now is sent after the reduction
  }
}
