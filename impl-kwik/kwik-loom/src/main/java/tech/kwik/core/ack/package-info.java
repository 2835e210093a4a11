/**
 * What has arrived and is to be acknowledged (RFC 9000 section 13.2), per packet number space. The
 * thread that receives adds packets; whoever sends takes frames. No threads, no timers: the sender
 * asks when the next acknowledgement is due.
 */
package tech.kwik.core.ack;
