package dev.heddle.http3.connection;

import dev.heddle.ConnectionClosedException;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Checks what has come of a peer's message that nobody reads, so that a fault in it does not go
 * unnoticed because a program is content with the headers. Whoever uses it has the turn to read.
 */
final class Foresight {
  private static final byte[] SINK = new byte[4 * 1024]; // written by all, read by none

  private final PatientSource source;
  private final MessageReader reader;

  Foresight(PatientSource source, MessageReader reader) {
    this.source = source;
    this.reader = reader;
  }

  /** Checks what comes within this time; the first body bytes are kept for {@code read}. */
  void look(Duration patience) throws IOException {
    within(patience, reader::lookAhead);
  }

  /** Checks and discards what comes within this time, or so many body bytes. */
  void discard(Duration patience, int mostBytes) throws IOException {
    within(
        patience,
        () -> {
          int left = mostBytes;
          while (left > 0) {
            int count = reader.read(SINK, 0, Math.min(left, SINK.length));
            if (count < 0) {
              return;
            }
            left -= count;
          }
        });
  }

  private interface Look {
    void run() throws IOException;
  }

  private void within(Duration patience, Look look) throws IOException {
    source.limit(patience);
    try {
      look.run();
    } catch (PatientSource.TooEarlyException e) {
      // The rest is still on its way.
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt(); // for the next call that waits for what it is called for
    } catch (StreamResetException | ConnectionClosedException e) {
      // Whoever reads or writes next meets it.
    } finally {
      source.unlimited();
    }
  }
}
