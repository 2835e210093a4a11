/**
 * A tour of Heddle: a server and a client in one process, a step for each thing they can do. Each
 * step checks what it claims.
 */
package dev.heddle.samples.tour;
