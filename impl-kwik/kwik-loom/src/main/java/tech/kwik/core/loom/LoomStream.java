package tech.kwik.core.loom;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * A QUIC stream as this build of kwik implements it; every {@link tech.kwik.core.QuicStream} of the
 * build is one.
 *
 * <p>One thread reads and one thread writes at a time; {@link #reset}, {@link #stopSending} and the
 * queries may be called by any thread at any moment.
 *
 * <p>Interrupts: a {@code read} or {@code write} that has to wait, or waits already, ends with
 * {@link InterruptedIOException} when its thread is interrupted, with the interrupt status cleared
 * and the stream as usable as before. A call that need not wait does not look at the interrupt
 * status.
 */
public interface LoomStream {

  /** The stream id of RFC 9000 §2.1, 0 to 2^31-1: kwik carries ids as {@code int}. */
  long streamId();

  /** Whether both sides can send on this stream. */
  boolean bidirectional();

  /** Whether this side opened the stream. */
  boolean locallyInitiated();

  /**
   * Reads at least one byte, waiting for it if necessary; returns 0 only when {@code length} is 0.
   *
   * <p>Bytes that were received in order before the connection ended can still be read afterwards,
   * and so can the end of the stream. Bytes that were received before a reset can not, unless the
   * stream had been received in full: then the reset is ignored (RFC 9000 §3.2).
   *
   * @return the number of bytes read, or -1 at the end of the stream
   * @throws StreamResetException if the peer reset the stream
   * @throws ConnectionEndedException if the connection ended before the stream did
   * @throws InterruptedIOException if the thread was interrupted while it had to wait
   * @throws IOException if this side called {@link #stopSending}, or the stream only sends
   */
  int read(byte[] buffer, int offset, int length) throws IOException;

  /**
   * The number of bytes that can be read without waiting.
   *
   * @return 0 also at the end of the stream and after a reset
   */
  int available();

  /**
   * Waits until a {@link #read} would not have to wait, because there are bytes or an end of any
   * kind, at most for the given time. Only the thread that reads may call it.
   *
   * @param nanos how long to wait, in nanoseconds; 0 only looks
   * @return whether a read would return or throw at once
   * @throws InterruptedIOException if the thread was interrupted while it had to wait
   */
  boolean awaitReadable(long nanos) throws InterruptedIOException;

  /**
   * Sends the remaining bytes of all parts, in order, and with {@code fin} the end of the stream.
   *
   * <p>The bytes are copied, so the buffers can be reused on return; their positions move as bytes
   * are accepted. The call returns as soon as everything is in the send buffer and waits while that
   * is full. The parts and the end travel in as few frames as fit, the end on the last of them.
   *
   * @throws StreamStoppedException if the peer asked to stop sending
   * @throws ConnectionEndedException if the connection ended
   * @throws InterruptedIOException if the thread was interrupted while it had to wait; what was
   *     accepted until then, {@code bytesTransferred}, will be sent, and the end of the stream has
   *     not been queued
   * @throws IOException if the stream was finished or reset by this side, or only receives
   */
  void write(boolean fin, ByteBuffer... parts) throws IOException;

  /**
   * Abandons sending with RESET_STREAM and drops what was not sent. Never waits.
   *
   * <p>Does nothing if this side has already reset the stream, or if the peer has acknowledged all
   * of it and its end (RFC 9000 §3.1), or if the stream only receives.
   *
   * @param code the application's error code, 0 to 2^62-1
   */
  void reset(long code);

  /**
   * Asks the peer with STOP_SENDING to stop sending, and discards what has been and will be
   * received. Never waits.
   *
   * <p>Does nothing but discard if the stream was received in full, was reset by the peer or was
   * stopped before, or if it only sends. A reader that waits ends with an {@link IOException}.
   *
   * @param code the application's error code, 0 to 2^62-1
   */
  void stopSending(long code);

  /**
   * The code of the peer's STOP_SENDING, once that has arrived. This build has answered it with
   * RESET_STREAM.
   */
  OptionalLong stoppedCode();

  /**
   * Has something run when the peer's STOP_SENDING arrives, on the thread that received it, which
   * it must not block; at once if that has arrived. It may run more than once.
   */
  void onStopped(Runnable action);

  /** The code of the peer's RESET_STREAM, once that has arrived and taken effect. */
  OptionalLong resetCode();
}
