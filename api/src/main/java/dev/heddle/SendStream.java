package dev.heddle;

import java.io.OutputStream;

/** The sending direction of a stream. One thread writes at a time; any thread may reset. */
public interface SendStream extends AutoCloseable {
  /**
   * The id of the QUIC stream.
   *
   * @return 0 to 2^62-1
   */
  long id();

  /**
   * Where this direction's bytes go. Each {@code write} is handed to the transport before it
   * returns: nothing waits in a hidden buffer, and {@code flush} has nothing to do. A write blocks
   * while the peer gives no room. Closing the stream ends this direction cleanly.
   *
   * <p>Its methods throw {@link java.io.InterruptedIOException} if the thread is interrupted,
   * {@link StreamResetException} if the peer no longer wants the bytes, {@link
   * ConnectionClosedException}, and a plain {@link java.io.IOException} on a write after the end.
   *
   * @return the same object at every call
   */
  OutputStream output();

  /**
   * Gives this direction up: what is not sent yet is dropped, and the peer learns the code. Does
   * nothing after the end was sent. Never blocks.
   *
   * @param code what the peer is told
   * @spec https://www.rfc-editor.org/rfc/rfc9000#section-3.5 RFC 9000 section 3.5
   */
  void reset(ErrorCode code);

  /**
   * Gives up what is not finished, with {@link ErrorCode#H3_REQUEST_CANCELLED}, so that an
   * exception that leaves a try block never makes half a message look whole. Does nothing after the
   * end was sent or at a second call. Never blocks.
   */
  @Override
  void close();
}
