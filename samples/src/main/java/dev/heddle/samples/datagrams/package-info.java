/**
 * Two applications on one request stream: telemetry, where only the latest reading counts, and
 * chat, where every line does. Server and client in one process; {@code samples/run datagrams}.
 */
package dev.heddle.samples.datagrams;
