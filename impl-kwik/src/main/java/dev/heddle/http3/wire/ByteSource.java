package dev.heddle.http3.wire;

import java.io.IOException;

/** A blocking source of bytes, such as the receiving side of a stream. One reader at a time. */
@FunctionalInterface
public interface ByteSource {
  /**
   * Waits for at least one byte and reads what is there, up to {@code length} bytes.
   *
   * @param length at least 1
   * @return bytes read, at least 1, or -1 after the last byte where the source ended cleanly
   * @throws IOException where it ended in any other way, or the wait was interrupted
   */
  int read(byte[] dst, int offset, int length) throws IOException;
}
