/**
 * A path between two UDP sockets that delays every packet and loses some, the same ones each time.
 */
package dev.heddle.bench.relay;
