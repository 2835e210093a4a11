/**
 * The path of HTTP datagrams (RFC 9297): on the way in from the connection through session and
 * context to a reader, on the way out from writers to whoever builds packets.
 *
 * <p>May import {@code wire} and {@code diag}.
 *
 * <p><b>Threads.</b> None of its own. QUIC datagrams come on the transport's receive path, which
 * takes no lock here, never waits, and allocates nothing but the payload's copy; those in capsules
 * come on their session's capsule thread. Readers and writers are threads of users, and wait by
 * parking. Packets are built by one thread at a time, whichever holds the transport's send lock.
 * Opening and closing run anywhere and lock among themselves only.
 *
 * <p><b>One producer.</b> Each ring has one producer at a time. While a context opens, that is the
 * thread that opens it, and the receive path leaves what arrives in an {@link
 * dev.heddle.http3.datagram.EarlyBuffer}; closing that buffer hands the ring over.
 */
package dev.heddle.http3.datagram;
