package tech.kwik.core.cc;

/** NewReno as RFC 9002 section 7.3 has it: one packet per window, and half after a loss. */
final class NewRenoController extends LossBasedController {

  // Bytes acknowledged that have not made a whole packet of growth yet.
  private long acknowledgedBytes;

  NewRenoController(CongestionControlEventListener listener) {
    super(listener);
  }

  @Override
  long growth(long window, int acknowledged, long nowNanos, long smoothedRttNanos) {
    acknowledgedBytes += acknowledged;
    if (acknowledgedBytes < window) {
      return window;
    }
    acknowledgedBytes -= window;
    return window + packetSize();
  }

  @Override
  long reduced(long window) {
    acknowledgedBytes = 0;
    return window / 2;
  }

  @Override
  void notLimited(long nowNanos) {
    // Growth goes on where it was.
  }

  @Override
  void forget() {
    acknowledgedBytes = 0;
  }
}
