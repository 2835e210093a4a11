package dev.heddle.samples.tour;

import java.io.PrintStream;

/** Tells what happens, a line per step. For the thread of the tour. */
final class Guide {
  private final PrintStream out;
  private int step;

  /** Written by the tour's thread, read by the one that waits for it. */
  private volatile String current = "the start";

  Guide(PrintStream out) {
    this.out = out;
  }

  /** Begins a step. */
  void begin(String name) {
    step++;
    current = "step " + step + ", " + name;
    out.printf("%2d  %-10s", step, name);
    out.flush();
  }

  /** Ends a step: what was seen. */
  void done(String text) {
    out.println(text);
  }

  String current() {
    return current;
  }

  /** Fails the tour unless the claim is true. */
  static void check(boolean claim, String text) {
    if (!claim) {
      throw new IllegalStateException("this is not so: " + text);
    }
  }
}
