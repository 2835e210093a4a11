package dev.heddle;

/** A stream with both directions, each of which ends by itself. */
public interface BidirectionalStream extends SendStream, ReceiveStream {
  @Override
  long id();

  /**
   * Gives up both directions as far as they are not finished, with {@link
   * ErrorCode#H3_REQUEST_CANCELLED}. Idempotent, never blocks.
   */
  @Override
  void close();
}
