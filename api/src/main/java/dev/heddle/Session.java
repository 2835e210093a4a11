package dev.heddle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * One HTTP/3 request stream: a request, its response, and whatever an Extended CONNECT carries
 * there. Both roles use the same type; what only one of them may call says so.
 *
 * <p>Each direction belongs to one thread at a time: one may read the body while another writes
 * one. {@link #close()}, {@link #reset} and the methods that only look are safe on any thread at
 * any moment.
 *
 * <p>A client's exchange:
 *
 * {@snippet file="ClientSnippet.java" region="exchange"}
 *
 * <p>A server's:
 *
 * {@snippet file="ServerSnippet.java" region="handler"}
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9114#section-4 RFC 9114 section 4
 */
public interface Session extends AutoCloseable {
  /**
   * The id of the request stream.
   *
   * @return a multiple of four, 0 to 2^62-4
   */
  long id();

  /**
   * The connection that this session is on.
   *
   * @return the same object at every call
   */
  SessionConnection connection();

  /**
   * The peer's headers: on a server the request, which is there already; on a client the final
   * response, for which it waits. Interim responses (1xx) go to {@link #informational()}.
   *
   * @return the headers, the same object at every call
   * @throws RequestRejectedException if the server did not process the request (client)
   * @throws StreamResetException if the peer reset the stream, or its message is malformed
   * @throws SessionClosedException if this side closed the session first
   * @throws ConnectionClosedException if the connection ended first
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits; the session stays
   *     usable
   */
  Headers headers() throws IOException, InterruptedException;

  /**
   * The interim responses (1xx) received so far, in order. On a server always empty. Never blocks.
   *
   * @return an unmodifiable snapshot
   * @spec https://www.rfc-editor.org/rfc/rfc9114#section-4.1 RFC 9114 section 4.1
   */
  List<Headers> informational();

  /**
   * The fields that follow the peer's body. Waits for nothing once the body was read to its end.
   *
   * @return the trailers, {@link Headers#empty()} if there are none
   * @throws IllegalStateException if the body was not read to its end: read {@link #bodyReader()}
   *     until it says -1
   * @throws StreamResetException if the peer reset the stream, or its message is malformed
   * @throws SessionClosedException if this side closed the session first
   * @throws ConnectionClosedException if the connection ended first
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Headers trailers() throws IOException, InterruptedException;

  /**
   * Sends response headers (server only): interim ones (1xx) any number of times, then one final.
   * Blocks while the peer gives no room to send. Before the final one the rest of the request is
   * checked as far as it has come and nobody reads it, so that a malformed one is not answered; a
   * request without a body is waited for to its end, at most 20 ms.
   *
   * @param response the response; legal as a response
   * @throws IllegalStateException if a final response was sent before, or this is a client's
   *     session
   * @throws IllegalArgumentException if the fields do not make a response, or are more than the
   *     client accepts ({@link PeerSettings#maxFieldSectionBytes()}); the message says what is
   *     wrong
   * @throws StreamResetException if the client stopped or reset the stream, or its request turns
   *     out to be malformed
   * @throws SessionClosedException if this side closed the session first
   * @throws ConnectionClosedException if the connection ended
   * @throws java.io.InterruptedIOException if the thread is interrupted while it waits
   * @throws IOException for any other failure of the transport
   */
  void respond(Headers response) throws IOException;

  /**
   * Sends a final response with its whole body and ends this direction (server only), in one packet
   * where it fits. To a HEAD request the body is not sent. The rest of the request is checked
   * first, as {@link #respond(Headers)} says, and waited for at most 20 ms whether or not it has a
   * body.
   *
   * @param response the final response
   * @param body the whole body; may be reused after the return
   * @throws IllegalStateException as for {@link #respond(Headers)}
   * @throws IllegalArgumentException as for {@link #respond(Headers)}, or if the status allows no
   *     body (1xx, 204, 205, 304) and there is one, or if {@code content-length} says another
   *     length
   * @throws StreamResetException as for {@link #respond(Headers)}
   * @throws SessionClosedException if this side closed the session first
   * @throws ConnectionClosedException if the connection ended
   * @throws java.io.InterruptedIOException if the thread is interrupted while it waits
   * @throws IOException for any other failure of the transport
   */
  void respond(Headers response, byte[] body) throws IOException;

  /**
   * The peer's body, byte by byte as it arrives. On a session whose data stream is used for
   * datagrams or capsules a read is an {@link IllegalStateException}. A read waits for the headers
   * too, if they are not there yet. It throws what {@link ReceiveStream#input()} says, and a {@link
   * StreamResetException} with {@link ErrorCode#H3_MESSAGE_ERROR} if the body is not as long as its
   * {@code content-length}. On a server the first read sends status 100 to a client that expects it
   * (RFC 9110 section 10.1.1) and has no response yet. Closing it early tells the peer that the
   * rest is not wanted.
   *
   * @return the same object at every call
   */
  InputStream bodyReader();

  /**
   * Where this side's body goes. On a session whose data stream is used for datagrams or capsules a
   * write is an {@link IllegalStateException}; closing it still ends this direction. Each write
   * becomes one DATA frame and is handed to the transport before it returns. Closing it ends this
   * direction cleanly, without trailers. It throws what {@link SendStream#output()} says; on a
   * server {@link IllegalStateException} before the final response, and for either role {@link
   * IOException} on a byte more than {@code content-length} announced, and on a close with bytes
   * missing.
   *
   * @return the same object at every call
   */
  OutputStream bodyWriter();

  /**
   * Ends this direction with trailers. Blocks while the peer gives no room to send.
   *
   * @param trailers regular fields only; {@link Headers#empty()} ends without trailers
   * @throws IllegalStateException if this direction has ended, or a server has not responded yet
   * @throws IllegalArgumentException if there are pseudo-fields or connection-specific fields
   * @throws StreamResetException if the peer stopped or reset the stream
   * @throws SessionClosedException if this side closed the session first
   * @throws ConnectionClosedException if the connection ended
   * @throws java.io.InterruptedIOException if the thread is interrupted while it waits
   * @throws IOException if bytes that {@code content-length} announced are missing, and for any
   *     other failure of the transport
   */
  void finish(Headers trailers) throws IOException;

  /**
   * The request stream itself, for tunnels: the bytes of {@link #bodyReader()} and {@link
   * #bodyWriter()}, and a way to give up either direction with a code.
   *
   * @return the same object at every call
   * @spec https://www.rfc-editor.org/rfc/rfc9114#section-4.4 RFC 9114 section 4.4
   */
  BidirectionalStream stream();

  /**
   * Waits for the next datagram context that the peer registers. With {@code :protocol connect-udp}
   * the first one is context 0, which is there from the start, on either side.
   *
   * @return the context; close it, or refuse it by closing it with a code
   * @throws IllegalStateException if the session has no contexts ({@link #datagramNoContext()} was
   *     called, or the peer said so), or cannot carry datagrams: see {@link #datagramNoContext()}
   * @throws SessionClosedException if the session has ended, by either side
   * @throws StreamResetException if the peer reset the stream, or broke a rule
   * @throws ConnectionClosedException if the connection ended
   * @throws IOException for any other failure of the transport
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  DatagramContext acceptDatagramContext() throws IOException, InterruptedException;

  /**
   * Registers a datagram context with {@link DatagramFormat#DEFAULT}: its datagrams hold what the
   * request's {@code :protocol} says.
   *
   * @return the context; close it
   * @throws IllegalStateException as for {@link #registerDatagramContext(DatagramFormat)}
   * @throws DatagramsNotNegotiatedException as for {@link #registerDatagramContext(DatagramFormat)}
   * @throws DatagramContextClosedException as for {@link #registerDatagramContext(DatagramFormat)}
   * @throws SessionClosedException if the session has ended, or this side its direction
   * @throws StreamResetException if the peer stopped or reset the stream
   * @throws ConnectionClosedException if the connection ended
   * @throws java.io.InterruptedIOException if the thread is interrupted while it waits
   * @throws IOException for any other failure of the transport
   */
  DatagramContext registerDatagramContext() throws IOException;

  /**
   * Registers a datagram context. Waits until the registration is with the transport, not for an
   * answer: a peer that does not want the context closes it.
   *
   * @param format what its datagrams hold
   * @return the context; close it
   * @throws IllegalStateException if the session has no contexts, or, on a server, if the client
   *     has registered none yet: clients decide; or if the session cannot carry datagrams: see
   *     {@link #datagramNoContext()}
   * @throws DatagramsNotNegotiatedException if one side does not take part in datagrams and {@link
   *     CapsulePolicy} allows no capsules
   * @throws DatagramContextClosedException if the peer has refused this format on this session
   *     before, with {@link DatagramCloseCode#UNKNOWN_FORMAT} or {@link DatagramCloseCode#DENIED}
   * @throws SessionClosedException if the session has ended, or this side its direction
   * @throws StreamResetException if the peer stopped or reset the stream
   * @throws ConnectionClosedException if the connection ended
   * @throws java.io.InterruptedIOException if the thread is interrupted while it waits
   * @throws IOException for any other failure of the transport
   * @spec https://datatracker.ietf.org/doc/html/draft-ietf-masque-h3-datagram-04#section-4.4.1
   *     draft-ietf-masque-h3-datagram-04, REGISTER_DATAGRAM_CONTEXT
   */
  DatagramContext registerDatagramContext(DatagramFormat format) throws IOException;

  /**
   * The one context of a session whose datagrams carry no context id. This is what peers speak that
   * know RFC 9297 but no contexts.
   *
   * {@snippet file="DatagramSnippet.java" region="plain"}
   *
   * <p>A session carries datagrams if its request is an Extended CONNECT, its data stream was not
   * used as plain bytes ({@link #bodyReader()}, {@link #bodyWriter()}, {@link #stream()}), and, on
   * a server, a final response of 2xx was sent. The first call of the datagram methods or of {@link
   * #capsules} starts the capsule protocol on the data stream, for good.
   *
   * @return the same object at every call
   * @throws IllegalStateException if the session has contexts, or cannot carry datagrams
   * @throws DatagramsNotNegotiatedException if one side does not take part in datagrams and {@link
   *     CapsulePolicy} allows no capsules
   * @throws IOException if the session has ended: as {@link #acceptDatagramContext()}
   * @spec https://www.rfc-editor.org/rfc/rfc9297#section-2 RFC 9297 section 2
   */
  DatagramContext datagramNoContext() throws IOException;

  /**
   * Starts the capsule protocol on the data stream, if that was not done yet, and asks for capsules
   * of the application's own types. Call it before the datagram methods, so that none is missed:
   * capsules of a type that nobody has asked for yet are skipped.
   *
   * @param types the types to receive; none to send only
   * @return the session's capsules, the same object at every call; later types add to earlier ones
   * @throws IllegalArgumentException if a type is one of the library's, see {@link Capsule}
   * @throws IllegalStateException if the session has no capsules, see {@link #datagramNoContext()}
   * @throws IOException if the session has ended: as {@link #acceptDatagramContext()}
   * @spec https://www.rfc-editor.org/rfc/rfc9297#section-3 RFC 9297 section 3
   */
  CapsuleStream capsules(long... types) throws IOException;

  /**
   * Datagrams of this session that were dropped before they reached a context, for each reason that
   * occurred. Those of a context are in {@link DatagramContext#stats()}. Never blocks.
   *
   * @return an unmodifiable snapshot
   */
  Map<DatagramDropReason, Long> droppedDatagrams();

  /**
   * Gives up both directions as far as they are not finished. Threads that wait in this session get
   * a {@link SessionClosedException}. Never blocks; does nothing on a closed session.
   *
   * @param code what the peer is told
   */
  void reset(ErrorCode code);

  /**
   * Ends the session: what is not finished is given up with {@link ErrorCode#H3_REQUEST_CANCELLED}
   * (a server that has sent its whole response asks the client to stop with {@link
   * ErrorCode#H3_NO_ERROR}). Idempotent, never blocks.
   */
  @Override
  void close();
}
