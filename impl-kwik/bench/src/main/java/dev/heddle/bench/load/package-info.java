/**
 * What is done to each peer and what comes out: echo and transfer loads, bounded in count and time.
 */
package dev.heddle.bench.load;
