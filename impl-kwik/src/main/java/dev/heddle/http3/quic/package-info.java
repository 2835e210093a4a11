/**
 * The port: what the HTTP/3 engine needs of QUIC, as interfaces.
 *
 * <p>May import {@code dev.heddle} and {@code wire}. No threads of its own: streams are read and
 * written on the thread of whoever calls, and the two callbacks of a connection run on a thread of
 * the transport, which they must not block.
 */
package dev.heddle.http3.quic;
