/**
 * flupke's handlers as Heddle's.
 *
 * <p>May import {@code dev.heddle}, {@code tech.kwik.flupke.server} and {@code java.net.http}.
 * Starts no thread: a handler runs on the virtual thread of its session.
 */
package dev.heddle.flupke;
