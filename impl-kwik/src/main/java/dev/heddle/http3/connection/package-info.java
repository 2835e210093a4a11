/**
 * HTTP/3 itself: control streams, request streams, the rules of messages, GOAWAY.
 *
 * <p>May import {@code dev.heddle}, {@code wire}, {@code qpack}, {@code quic} and {@code datagram}.
 *
 * <p><b>Threads</b>, all virtual: one for each unidirectional stream of the peer, which lives as
 * long as the stream; one for each request stream that the peer opens; one that sends this side's
 * control stream; one that watches the deadlines. Everything else runs on the thread of whoever
 * calls.
 *
 * <p><b>One lock is held across blocking reads</b>, against the general rule: a request stream's
 * <i>turn</i> to read, so that a thread that waits for the headers and one that reads the body
 * never take each other's bytes. It is taken interruptibly, and nothing that ends a stream needs
 * it.
 *
 * <p><b>Violations</b> are {@link dev.heddle.http3.wire.ProtocolException}s, thrown where they are
 * detected. {@link dev.heddle.http3.connection.RequestStream} and {@link
 * dev.heddle.http3.connection.PeerStreams} each have one place that catches them and resets the
 * stream or closes the connection.
 */
package dev.heddle.http3.connection;
