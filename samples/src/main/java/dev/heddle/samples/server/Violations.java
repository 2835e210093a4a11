package dev.heddle.samples.server;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Reports requests that Heddle refused and connections that it closed because of what their client
 * did, which no endpoint sees: Heddle logs them at DEBUG, and most programs never look there. Any
 * thread.
 */
final class Violations extends Handler {
  /** Kept, since the logging framework forgets the settings of a logger that nobody holds. */
  private static final Logger LOGGER = Logger.getLogger("dev.heddle.http3.connection");

  private final Faults faults;

  private Violations(Faults faults) {
    this.faults = faults;
  }

  static void reportTo(Faults faults) {
    LOGGER.setLevel(Level.FINE);
    LOGGER.addHandler(new Violations(faults));
  }

  @Override
  public void publish(LogRecord record) {
    // What is graver than a client's fault is a fault of ours: the usual handlers show it.
    if (record.getLevel().equals(Level.FINE)) {
      faults.violated(record.getMessage());
    }
  }

  @Override
  public void flush() {
    // Nothing waits here.
  }

  @Override
  public void close() {
    // The stream is the caller's.
  }
}
