package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.ProtocolException;

/** Counts instructions, which without a dynamic table are legal and useless. */
@FunctionalInterface
public interface InstructionLimit {
  /**
   * Counts one.
   *
   * @throws ProtocolException if there were too many
   */
  void count() throws ProtocolException;
}
