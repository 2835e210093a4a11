/**
 * What this build of kwik adds to the public interface of kwik: streams whose blocking calls can be
 * interrupted, error codes as numbers, and a connection that says how it ended.
 *
 * <p>Everything here rests on the classes of {@code tech.kwik.core}; an application that does not
 * import this package runs on the stock jar as well. Calls block the calling thread, virtual or
 * platform, on a lock and a condition. Only the callbacks of {@link
 * tech.kwik.core.loom.LoomConnection} run on threads of kwik.
 */
package tech.kwik.core.loom;
