/**
 * QPACK (RFC 9204): field sections to field lines and back, with the static table, Huffman codes
 * and, for the moment, a dynamic table of capacity 0 in both directions.
 *
 * <p>May import {@code dev.heddle.http3.wire}, and of the api {@code HeaderField}, which the
 * encoder takes. The decoder hands out raw field lines instead, because what comes from a peer need
 * not be a legal field; the rules of messages are checked a layer above.
 *
 * <p>The encoder and the decoder keep no state between field sections, so any number of threads may
 * share one: decoding runs on request threads, encoding on the threads of users. Each instruction
 * reader belongs to the thread that reads its stream.
 */
package dev.heddle.http3.qpack;
