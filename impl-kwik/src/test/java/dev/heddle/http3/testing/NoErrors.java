package dev.heddle.http3.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test in which Heddle logs an error: what a peer or a close does is none. */
public final class NoErrors implements BeforeEachCallback, AfterEachCallback {
  private static final Logger HEDDLE = Logger.getLogger("dev.heddle");

  private final List<LogRecord> errors = new CopyOnWriteArrayList<>();
  private final Handler collector =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
            errors.add(line);
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @Override
  public void beforeEach(ExtensionContext context) {
    HEDDLE.addHandler(collector);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    HEDDLE.removeHandler(collector);
    if (!errors.isEmpty()) {
      LogRecord first = errors.get(0);
      throw new AssertionError("logged: " + first.getMessage(), first.getThrown());
    }
  }
}
