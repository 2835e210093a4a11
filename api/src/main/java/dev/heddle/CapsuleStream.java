package dev.heddle;

import java.io.IOException;

/**
 * The capsules of the application's own types on a session's request stream, in order and without
 * loss. Any number of threads may use it. Capsules of types that nobody asked for are skipped.
 *
 * <p>What nobody reads is not dropped: once 16 capsules wait, this side reads no further, and what
 * comes behind them on the stream waits as well, registrations of datagram contexts included.
 *
 * {@snippet file="DatagramSnippet.java" region="capsules"}
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9297#section-3 RFC 9297 section 3
 */
public interface CapsuleStream {
  /**
   * Waits for the next capsule of the types that were asked for.
   *
   * @return the capsule
   * @throws SessionClosedException if the peer has ended its direction, or this side the session
   * @throws StreamResetException if the peer reset the stream, or broke a rule of the capsule
   *     protocol
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Capsule read() throws IOException, InterruptedException;

  /**
   * Sends a capsule of any type that is not the library's. Waits while the peer gives no room.
   *
   * @param capsule the capsule; its array must not change any more
   * @throws SessionClosedException if this side has ended its direction or the session
   * @throws StreamResetException if the peer stopped or reset the stream
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits; nothing was sent
   */
  void write(Capsule capsule) throws IOException, InterruptedException;
}
