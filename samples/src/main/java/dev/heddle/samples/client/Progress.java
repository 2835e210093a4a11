package dev.heddle.samples.client;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A line on a terminal that says how far a transfer is, once it takes long. Any thread. */
final class Progress implements AutoCloseable {
  private static final long FIRST_NANOS = 1_000_000_000;
  private static final long EVERY_NANOS = 250_000_000;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream terminal;
  private final LongSupplier nanoTime;
  private final long started;

  // Guarded by this.
  private long shown;
  private long sent;
  private long received;

  Progress(PrintStream terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    started = nanoTime.getAsLong();
    shown = started + FIRST_NANOS - EVERY_NANOS;
  }

  /** One that shows nothing. */
  static Progress none() {
    PrintStream nowhere =
        new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Progress(nowhere, () -> 0);
  }

  synchronized void sent(int bytes) {
    sent += bytes;
    showIfDue();
  }

  synchronized void received(int bytes) {
    received += bytes;
    showIfDue();
  }

  /** Takes the line away, if there was one. */
  @Override
  public synchronized void close() {
    if (shown >= started + FIRST_NANOS) {
      terminal.print(CLEAR_LINE);
      terminal.flush();
    }
  }

  private void showIfDue() {
    long now = nanoTime.getAsLong();
    if (now - shown < EVERY_NANOS) {
      return;
    }
    shown = now;
    double megabytesPerSecond = (sent + received) / 1e6 / ((now - started) / 1e9);
    terminal.print(
        CLEAR_LINE
            + String.format(
                Locale.ROOT,
                "sent %.1f MB, received %.1f MB, %.1f MB/s",
                sent / 1e6,
                received / 1e6,
                megabytesPerSecond));
    terminal.flush();
  }
}
