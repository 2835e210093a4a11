package dev.heddle;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One application's datagrams on a session. Several contexts share one request stream, and none
 * sees the others' datagrams. Datagrams can get lost, also in this library where a queue is full,
 * and can overtake each other on the way. Any number of threads may use a context.
 *
 * {@snippet file="DatagramSnippet.java" region="contexts"}
 *
 * <p>Each call that reads gives first what has arrived. Once nothing is left it reports how the
 * context ended: with a {@link DatagramContextClosedException} if either side closed it, a {@link
 * SessionClosedException} if either side ended the session in good order, a {@link
 * StreamResetException} if it was given up, a {@link ConnectionClosedException} if the connection
 * ended.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9297#section-2 RFC 9297 section 2
 * @spec https://datatracker.ietf.org/doc/html/draft-ietf-masque-h3-datagram-04#section-2.1
 *     draft-ietf-masque-h3-datagram-04, Datagram Contexts
 */
public interface DatagramContext extends AutoCloseable {
  /**
   * The context's id in its session: even if the client registered it, odd if the server did.
   *
   * @return the id; empty for {@link Session#datagramNoContext()}
   */
  OptionalLong contextId();

  /**
   * The format that the registration named, {@link DatagramFormat#DEFAULT} if there was none.
   *
   * @return the format, the same at every call
   */
  DatagramFormat format();

  /**
   * Waits for a datagram.
   *
   * @return its payload, possibly empty; the array is the caller's
   * @throws DatagramContextClosedException if the context was closed and nothing is left to read
   * @throws SessionClosedException if the session has ended, by either side
   * @throws StreamResetException if the peer reset the stream, or broke a rule
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits; the context stays
   *     usable
   */
  byte[] readDatagram() throws IOException, InterruptedException;

  /**
   * Waits for a datagram, at most for the given time.
   *
   * @param timeout how long to wait; zero or less looks once
   * @return its payload, or empty if none came in time; the array is the caller's
   * @throws DatagramContextClosedException if the context was closed and nothing is left to read
   * @throws SessionClosedException if the session has ended, by either side
   * @throws StreamResetException if the peer reset the stream, or broke a rule
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Optional<byte[]> readDatagram(Duration timeout) throws IOException, InterruptedException;

  /**
   * Waits for a datagram like {@link #readDatagram()}, and tells how it came.
   *
   * @return the datagram
   * @throws DatagramContextClosedException if the context was closed and nothing is left to read
   * @throws SessionClosedException if the session has ended, by either side
   * @throws StreamResetException if the peer reset the stream, or broke a rule
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Datagram receive() throws IOException, InterruptedException;

  /**
   * Sends a datagram: hands it to the queue of those that leave as congestion control allows, in
   * order of writing and in turn with other contexts and sessions. Waits while that queue is full.
   * {@link CapsulePolicy} says when it goes into a capsule instead.
   *
   * @param payload the payload, possibly empty; may be reused after the return
   * @throws DatagramTooLargeException if it is larger than {@link #maxDatagramSize()}
   * @throws DatagramsNotNegotiatedException if one side does not take part in datagrams
   * @throws DatagramContextClosedException if the context was closed
   * @throws SessionClosedException if the session has ended, or this side its direction
   * @throws StreamResetException if the peer stopped or reset the stream
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits; nothing was sent
   */
  void writeDatagram(byte[] payload) throws IOException, InterruptedException;

  /**
   * Sends a datagram like {@link #writeDatagram} if that is possible without waiting.
   *
   * @param payload the payload, possibly empty; may be reused after the return
   * @return false if the queue is full
   * @throws DatagramTooLargeException if it is larger than {@link #maxDatagramSize()}
   * @throws DatagramsNotNegotiatedException if one side does not take part in datagrams
   * @throws DatagramContextClosedException if the context was closed
   * @throws SessionClosedException if the session has ended, or this side its direction
   * @throws StreamResetException if the peer stopped or reset the stream
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   */
  boolean tryWriteDatagram(byte[] payload) throws IOException;

  /**
   * Sends a datagram in a DATAGRAM capsule, whatever the policy: without loss, and behind what was
   * sent on the request stream before. Waits while the peer gives no room.
   *
   * @param payload the payload, possibly empty, of up to {@link DatagramLimits#maxCapsuleBytes()}
   *     with the context id; may be reused after the return
   * @throws DatagramTooLargeException if it is larger
   * @throws DatagramContextClosedException if the context was closed
   * @throws SessionClosedException if the session has ended, or this side its direction
   * @throws StreamResetException if the peer stopped or reset the stream
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits; nothing was sent
   * @spec https://www.rfc-editor.org/rfc/rfc9297#section-3.5 RFC 9297 section 3.5
   */
  void writeInCapsule(byte[] payload) throws IOException, InterruptedException;

  /**
   * The largest payload that {@link #writeDatagram} takes now, known from the session's first
   * moment on: an Extended CONNECT becomes a session on either side only once the SETTINGS of both
   * are there. It changes with the path's MTU, so a datagram that waits can still become too large;
   * it is then dropped and counted. Never blocks.
   *
   * @return bytes; 0 if no datagram can be sent, because one side does not take part
   */
  int maxDatagramSize();

  /**
   * What has happened so far. Never blocks; works on a closed context too.
   *
   * @return a snapshot
   */
  DatagramStats stats();

  /**
   * Closes the context with a code, and tells the peer. What has not left yet is dropped; what has
   * arrived can still be read. The rest of the session goes on. Without effect on a closed context.
   * Never blocks. The context of {@link Session#datagramNoContext()} has no code to send: it is
   * closed on this side only.
   *
   * @param code why, for example {@link DatagramCloseCode#UNKNOWN_FORMAT}
   * @param details words for people, possibly empty, at most 256 characters
   * @throws IllegalArgumentException if the details are longer
   */
  void close(DatagramCloseCode code, String details);

  /** Closes the context with {@link DatagramCloseCode#NO_ERROR}. Idempotent, never blocks. */
  @Override
  void close();
}
