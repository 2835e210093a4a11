package dev.heddle.http3.connection;

import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.ByteSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * The octets of a stream, for one reader at a time, which may say how long it waits for more. A
 * read that ends with {@link TooEarlyException} can be made again, as one that was interrupted can.
 */
final class PatientSource implements ByteSource {
  /** Nothing more has come in time. */
  static final class TooEarlyException extends InterruptedIOException {
    private TooEarlyException() {
      super("nothing more has come yet");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this; // it never leaves this package
    }
  }

  private final QuicStream quic;
  private boolean limited;
  private long limitNanos; // as System.nanoTime() has it

  PatientSource(QuicStream quic) {
    this.quic = quic;
  }

  /** From now on waits for this time in all, until {@link #unlimited()}. */
  void limit(Duration patience) {
    limited = true;
    limitNanos = System.nanoTime() + patience.toNanos();
  }

  void unlimited() {
    limited = false;
  }

  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    if (limited && !quic.awaitReadable(Math.max(0, limitNanos - System.nanoTime()))) {
      throw new TooEarlyException();
    }
    return quic.read(dst, offset, length);
  }
}
