package tech.kwik.core.frame;

/**
 * A STREAM frame whose data lies where its packet was decrypted to, which is never written to
 * again. Immutable.
 */
public final class ReceivedStreamFrame extends SlicedStreamFrame {

  public ReceivedStreamFrame(
      int streamId, long offset, byte[] array, int start, int length, boolean fin) {
    super(streamId, offset, array, start, length, fin);
  }
}
