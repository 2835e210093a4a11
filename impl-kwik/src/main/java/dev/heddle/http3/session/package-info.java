/**
 * The api's sessions on top of HTTP/3: what a program calls, and what runs a server's handlers.
 *
 * <p>May import {@code dev.heddle}, {@code wire}, {@code qpack}, {@code quic} and {@code
 * connection}.
 *
 * <p><b>Threads.</b> A handler runs on the virtual thread of its request stream. Everything else
 * runs on the thread of whoever calls.
 */
package dev.heddle.http3.session;
