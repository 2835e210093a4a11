package dev.heddle.http3.wire;

import java.io.IOException;
import java.util.Arrays;

/**
 * Reads capsules from a data stream (RFC 9297 §3.2): {@link #next()} goes to the next one, then its
 * value is taken by {@link #value}, or left, in which case the next call to {@link #next()} skips
 * it without holding it. Belongs to one thread, which nobody interrupts.
 */
public final class CapsuleReader {
  /** What {@link #next()} says where the stream ended between two capsules. */
  public static final long END = BufferedByteSource.END;

  private static final int CHUNK_BYTES = 4 * 1024;

  private final BufferedByteSource in;
  private long length;
  private long remaining;

  public CapsuleReader(ByteSource data) {
    this.in = new BufferedByteSource(data);
  }

  /**
   * Skips what is left of this capsule and waits for the next one.
   *
   * @return its type, or {@link #END}
   * @throws ProtocolException where the stream ended inside a capsule
   */
  public long next() throws IOException {
    skip();
    try {
      long type = in.varint();
      if (type == BufferedByteSource.END) {
        return END;
      }
      length = in.varint();
      if (length == BufferedByteSource.END) {
        throw truncated();
      }
      remaining = length;
      return type;
    } catch (TruncatedException e) {
      throw truncated();
    }
  }

  /** The length that this capsule claims; nothing was allocated for it. */
  public long length() {
    return length;
  }

  /**
   * The value of this capsule, which claims no more than the caller can take. Memory grows with the
   * bytes that come, not with the claim.
   */
  public byte[] value() throws IOException {
    byte[] value = new byte[(int) Math.min(remaining, CHUNK_BYTES)];
    int bytes = 0;
    while (remaining > 0) {
      if (bytes == value.length) {
        value = Arrays.copyOf(value, (int) Math.min(bytes * 2L, bytes + remaining));
      }
      int count = in.read(value, bytes, value.length - bytes);
      if (count < 0) {
        throw truncated();
      }
      bytes += count;
      remaining -= count;
    }
    return value;
  }

  private void skip() throws IOException {
    while (remaining > 0) {
      int skipped = in.skip(remaining);
      if (skipped < 0) {
        throw truncated();
      }
      remaining -= skipped;
    }
  }

  // RFC 9297 §3.3: a stream that ends cleanly inside a capsule makes the message malformed
  private static ProtocolException truncated() {
    return ProtocolException.stream(
        H3Error.H3_MESSAGE_ERROR, "the data stream ended inside a capsule");
  }
}
