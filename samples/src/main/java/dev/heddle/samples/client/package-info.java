/**
 * A curl-like client to try any server with. {@link dev.heddle.samples.client.ClientCommand} reads
 * the command line, {@link dev.heddle.samples.client.Exchange} makes one request, {@link
 * dev.heddle.samples.client.Repetition} makes many.
 */
package dev.heddle.samples.client;
