/**
 * jcstress tests and JMH benchmarks of the datagram path, in its package because they look inside.
 */
package dev.heddle.http3.datagram;
