/** JMH benchmarks of what Heddle does to each message, without a network. */
package dev.heddle.bench.micro;
