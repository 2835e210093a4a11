package dev.heddle.spi;

import dev.heddle.DatagramOptions;
import dev.heddle.Limits;
import dev.heddle.ServerCertificate;
import dev.heddle.SessionHandler;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a server is to be.
 *
 * @param address where to listen, resolved
 * @param certificate what to present
 * @param handler what to do with each session; empty if the program accepts them itself
 * @param limits what clients can make it hold or do
 * @param datagrams how to take part in HTTP datagrams
 */
public record ServerOptions(
    InetSocketAddress address,
    ServerCertificate certificate,
    Optional<SessionHandler> handler,
    Limits limits,
    DatagramOptions datagrams) {}
