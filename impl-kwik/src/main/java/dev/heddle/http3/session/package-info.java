/**
 * The api's sessions on top of HTTP/3: what a program calls, and what runs a server's handlers.
 *
 * <p>May import {@code dev.heddle}, {@code wire}, {@code qpack}, {@code quic}, {@code datagram} and
 * {@code connection}.
 *
 * <p><b>Threads.</b> A handler runs on the virtual thread of its request stream. A session with
 * datagrams or capsules has a virtual thread that reads its capsules, until the peer's direction
 * ends, and one that writes them, while there are some: so an interrupt of a writer never leaves
 * half a capsule behind. Everything else runs on the thread of whoever calls.
 *
 * <p><b>The data stream</b> of an Extended CONNECT is plain bytes or capsules, whichever the
 * program uses first; {@link dev.heddle.http3.session.CapsuleSession} keeps the two apart.
 */
package dev.heddle.http3.session;
