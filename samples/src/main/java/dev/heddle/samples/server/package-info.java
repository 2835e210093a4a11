/**
 * A small HTTP/3 server to try any client against: one short class per endpoint, each an example to
 * read. {@link dev.heddle.samples.server.Routes} picks the endpoint; every session runs on a
 * virtual thread of its own.
 */
package dev.heddle.samples.server;
