/**
 * What the HTTP/3 engine costs by itself: client and server joined in memory, so that no transport
 * is in the figures.
 */
package dev.heddle.bench.engine;
