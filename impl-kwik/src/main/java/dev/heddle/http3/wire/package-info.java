/**
 * Bytes to values and back: variable-length integers, frames, settings, stream types, capsules,
 * error codes.
 *
 * <p>Imports {@code java.base} only, and nothing of Heddle. Here are no threads, no clock and no
 * log: every method runs on its caller's thread, which is a control or request thread, or a user's
 * thread in a body read or write. Reading may block, because it pulls from a {@link
 * dev.heddle.http3.wire.ByteSource}; so a parser is straight-line code and never resumes.
 *
 * <p>A peer's violation throws {@link dev.heddle.http3.wire.ProtocolException} where it is found.
 */
package dev.heddle.http3.wire;
