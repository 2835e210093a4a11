package dev.heddle;

import java.io.InputStream;

/** The receiving direction of a stream. One thread reads at a time; any thread may stop it. */
public interface ReceiveStream extends AutoCloseable {
  /**
   * The id of the QUIC stream.
   *
   * @return 0 to 2^62-1
   */
  long id();

  /**
   * Where this direction's bytes come from. A read blocks until there is at least one byte, or the
   * peer's clean end, which it reports as -1. Closing the stream stops this direction.
   *
   * <p>Its methods throw {@link java.io.InterruptedIOException} if the thread is interrupted,
   * {@link StreamResetException} if the peer gave the stream up, {@link ConnectionClosedException},
   * and {@link SessionClosedException} after a close on this side.
   *
   * @return the same object at every call
   */
  InputStream input();

  /**
   * Tells the peer that what it sends is not wanted any more, and drops it. Does nothing after the
   * peer's end was received. Never blocks.
   *
   * @param code what the peer is told
   * @spec https://www.rfc-editor.org/rfc/rfc9000#section-3.5 RFC 9000 section 3.5
   */
  void stop(ErrorCode code);

  /**
   * Stops this direction with {@link ErrorCode#H3_REQUEST_CANCELLED} unless its end was received.
   * Idempotent, never blocks.
   */
  @Override
  void close();
}
