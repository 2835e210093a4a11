package dev.heddle.http3.quic;

import dev.heddle.http3.wire.ByteSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * One QUIC stream. One thread reads and one thread writes at a time; the other methods are safe on
 * any thread at any moment.
 *
 * <p>Failures are those of the api: a read after the peer's RESET_STREAM and a write after its
 * STOP_SENDING throw {@link dev.heddle.StreamResetException} with the peer's code, both throw
 * {@link dev.heddle.ConnectionClosedException} once the connection has ended, and {@link
 * java.io.InterruptedIOException}, with the interrupt status cleared, when their thread is
 * interrupted while they wait. After {@link #reset} a write, and after {@link #stopSending} a read,
 * ends with some {@link IOException}: whoever gave the stream up knows why.
 */
public interface QuicStream extends ByteSource {
  /**
   * The stream id; its two low bits say who opened the stream and whether it has two directions.
   */
  long id();

  /** Whether this side may both read and write. */
  default boolean bidirectional() {
    return (id() & 2) == 0;
  }

  /**
   * Reads at least one byte, waiting for it, or says -1 at the peer's clean end. Bytes that arrived
   * before the connection ended can still be read.
   */
  @Override
  int read(byte[] buffer, int offset, int length) throws IOException;

  /**
   * Waits until a read would not wait, because there are bytes or an end of any kind, at most for
   * the given time. For the thread that reads.
   *
   * @return whether a read would return or throw at once
   */
  boolean awaitReadable(long nanos) throws InterruptedIOException;

  /**
   * Hands the parts, in order and as one, to the transport, waiting for room; with {@code fin} ends
   * this direction behind them. An interrupt while it waits leaves an unknown number of bytes
   * written.
   */
  void write(boolean fin, ByteBuffer... parts) throws IOException;

  /** Gives up sending, unless the end was sent. Never blocks; the first code counts. */
  void reset(long code);

  /** Gives up receiving, unless the end was received. Never blocks; the first code counts. */
  void stopSending(long code);

  /** The code with which the peer asked this side to stop sending, if it did. Never blocks. */
  OptionalLong stoppedCode();

  /**
   * Has something run once the peer asks this side to stop sending, on a thread of the transport,
   * which it must not block. It may run more than once.
   */
  void onStopped(Runnable action);

  /** Whether the peer has reset its direction or asked this side to stop. Never blocks. */
  boolean givenUpByPeer();
}
