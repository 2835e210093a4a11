package dev.heddle.spi;

import dev.heddle.DatagramOptions;
import dev.heddle.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where to connect to, and how.
 *
 * @param server an absolute {@code https} URI with a host
 * @param trust which certificates are accepted
 * @param connectTimeout how long connecting may take, over all addresses
 * @param keepAlive the interval for signs of life on a silent connection; empty for none
 * @param limits what the server can make the client hold or do
 * @param datagrams how to take part in HTTP datagrams
 */
public record ClientOptions(
    URI server,
    Trust trust,
    Duration connectTimeout,
    Optional<Duration> keepAlive,
    Limits limits,
    DatagramOptions datagrams) {}
