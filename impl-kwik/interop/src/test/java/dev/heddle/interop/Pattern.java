package dev.heddle.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Bodies whose byte i is i mod 251, as endpoints.md has them. Stateless, any thread. */
final class Pattern {
  static final int PERIOD = 251;
  private static final byte[] BLOCK = block();

  private Pattern() {}

  private static byte[] block() {
    byte[] block = new byte[PERIOD * 64];
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) (i % PERIOD);
    }
    return block;
  }

  static void write(OutputStream out, long length) throws IOException {
    for (long left = length; left > 0; left -= BLOCK.length) {
      out.write(BLOCK, 0, (int) Math.min(left, BLOCK.length));
    }
  }

  static String sha256(long length) {
    MessageDigest digest = digest();
    for (long left = length; left > 0; left -= BLOCK.length) {
      digest.update(BLOCK, 0, (int) Math.min(left, BLOCK.length));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Reads to the end: the count of bytes, a space, and their hash. */
  static String read(InputStream in) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 15];
    long count = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      count += n;
    }
    return count + " " + HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
