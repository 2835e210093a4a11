package dev.heddle;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/**
 * An HTTP/3 connection: on a client the place to open sessions, on a server the one to accept them.
 * Any number of threads may use it at once.
 *
 * {@snippet file="ClientSnippet.java" region="exchange"}
 */
public interface SessionConnection extends AutoCloseable {
  /**
   * Sends a request and leaves its body open (client only). Waits while the server lets no further
   * stream be opened, and, for an Extended CONNECT, until SETTINGS have come from the server and,
   * unless datagrams are off, gone to it; at most for {@link Limits#headerTimeout()}, after which
   * the connection ends.
   *
   * @param request the request's fields; legal as a request
   * @return the session; close it
   * @throws IllegalStateException if this is a server's connection
   * @throws IllegalArgumentException if the fields do not make a request, or are more than the
   *     server accepts; the message says what is wrong
   * @throws NotSupportedByPeerException if the request has a {@code :protocol} and the server does
   *     not support Extended CONNECT (RFC 9220)
   * @throws RequestRejectedException if the server has sent GOAWAY: use another connection
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits; no request was sent
   */
  Session open(Headers request) throws IOException, InterruptedException;

  /**
   * Sends a request with its whole body, in one packet where it fits (client only).
   *
   * @param request the request's fields; legal as a request
   * @param body the whole body; may be reused after the return
   * @return the session, whose sending direction has ended; close it
   * @throws IllegalStateException if this is a server's connection
   * @throws IllegalArgumentException as for {@link #open(Headers)}, or if {@code content-length}
   *     says another length
   * @throws NotSupportedByPeerException as for {@link #open(Headers)}
   * @throws RequestRejectedException if the server has sent GOAWAY: use another connection
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Session open(Headers request, byte[] body) throws IOException, InterruptedException;

  /**
   * Waits for the client's next session (server only, and only where the server was started without
   * a handler).
   *
   * @return the session, its request headers received, and before an Extended CONNECT the client's
   *     SETTINGS, unless datagrams are off; close it
   * @throws IllegalStateException if this is a client's connection, or the server has a handler
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Session accept() throws IOException, InterruptedException;

  /**
   * What the peer announced of itself. Waits for its SETTINGS, which come in its first flight.
   *
   * @return the settings, the same object at every call
   * @throws ConnectionClosedException if the connection ended first
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  PeerSettings peerSettings() throws IOException, InterruptedException;

  /**
   * Datagrams of this connection that were dropped before they reached a session, for each reason
   * that occurred. Those of a session are in {@link Session#droppedDatagrams()}. Never blocks.
   *
   * @return an unmodifiable snapshot
   */
  Map<DatagramDropReason, Long> droppedDatagrams();

  /**
   * This side's address.
   *
   * @return address and port
   */
  InetSocketAddress localAddress();

  /**
   * The peer's address, as it was when the connection was made.
   *
   * @return address and port
   */
  InetSocketAddress remoteAddress();

  /**
   * Tells whether new sessions can still be opened or accepted.
   *
   * @return false once the connection has ended or either side has sent GOAWAY
   */
  boolean isOpen();

  /**
   * Ends the connection in good order: sends GOAWAY, takes no new sessions, waits until the
   * sessions in progress have ended, at most for the given time, then closes. If the thread is
   * interrupted it closes at once and leaves the thread's interrupt status set.
   *
   * @param drain how long to wait for sessions in progress; zero closes at once
   * @throws IllegalArgumentException if the time is negative
   * @spec https://www.rfc-editor.org/rfc/rfc9114#section-5.2 RFC 9114 section 5.2
   */
  void shutdown(Duration drain);

  /**
   * Closes the connection and every session on it, with {@link ErrorCode#H3_NO_ERROR}. Threads that
   * wait on any of them get a {@link ConnectionClosedException}. Idempotent.
   */
  @Override
  void close();
}
