/**
 * One harness for each peer: a server and a client in this process, on loopback and a free port,
 * and the loads on them. All use AES-128-GCM, a P-256 certificate and room for 256 requests at
 * once.
 */
package dev.heddle.bench.peer;
