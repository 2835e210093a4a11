/**
 * The adapter to kwik and the composition root: the only package that imports {@code tech.kwik},
 * and one that nobody imports.
 *
 * <p>May import every other package of the module. Its threads are virtual: one for each attempt to
 * connect, for the look-up of a name, for a kept-alive connection and for each connection that
 * drains in a shutdown. Its callbacks run on kwik's threads and return at once.
 */
package dev.heddle.http3.kwik;
