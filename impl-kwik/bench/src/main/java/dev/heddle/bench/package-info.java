/**
 * The comparison: one worker process for each peer, all driven in turn by {@link
 * dev.heddle.bench.Main}, one table at the end.
 */
package dev.heddle.bench;
