package dev.heddle.http3.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;

/** Octets in tests: as hex literals, and as sources. */
public final class Bytes {
  private Bytes() {}

  /** The octets of hex digits; spaces only group them. */
  public static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** Lower-case hex digits without spaces. */
  public static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }

  public static String hex(ByteBuilder octets) {
    return hex(octets.toByteArray());
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  public static BufferedByteSource source(String digits) {
    return source(hex(digits), Integer.MAX_VALUE);
  }

  /** A source that hands out at most {@code step} octets at a time, then ends cleanly. */
  public static BufferedByteSource source(byte[] octets, int step) {
    return new BufferedByteSource(new Steps(octets, step));
  }

  private static final class Steps implements ByteSource {
    private final byte[] octets;
    private final int step;
    private int position;

    Steps(byte[] octets, int step) {
      this.octets = octets;
      this.step = step;
    }

    @Override
    public int read(byte[] dst, int offset, int length) throws IOException {
      if (position == octets.length) {
        return -1;
      }
      int count = Math.min(Math.min(length, step), octets.length - position);
      System.arraycopy(octets, position, dst, offset, count);
      position += count;
      return count;
    }
  }
}
