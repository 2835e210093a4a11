/** The transport's lock-free code under jcstress, each outcome named. */
package dev.heddle.bench.stress;
