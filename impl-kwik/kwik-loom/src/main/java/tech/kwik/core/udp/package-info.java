/**
 * Between a UDP socket and the connections on it: non-blocking sends from any thread, and one
 * virtual thread per socket that receives and runs each batch of datagrams to completion.
 *
 * <p>Nothing here queues a datagram. Threads: one {@link tech.kwik.core.udp.ReceiveLoop} per
 * socket, and one platform thread for all of them, the {@link tech.kwik.core.udp.Watcher}. Knows
 * nothing of QUIC.
 */
package tech.kwik.core.udp;
