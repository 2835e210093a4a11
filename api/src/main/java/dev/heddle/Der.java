package dev.heddle;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/** The little of DER (ITU-T X.690) that certificates and keys here need. Stateless, any thread. */
final class Der {
  static final byte[] NULL = {5, 0};

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tagged(0x30, parts);
  }

  static byte[] set(byte[]... parts) {
    return tagged(0x31, parts);
  }

  static byte[] integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  static byte[] integer(BigInteger value) {
    return tagged(2, value.toByteArray());
  }

  static byte[] octets(byte[] value) {
    return tagged(4, value);
  }

  static byte[] bits(byte[] value) {
    return tagged(3, new byte[] {0}, value);
  }

  static byte[] truth() {
    return tagged(1, new byte[] {(byte) 0xff});
  }

  static byte[] text(String value) {
    return tagged(0x0c, value.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] time(Instant value) {
    return tagged(0x18, TIME.format(value).getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] oid(int... arcs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(arcs[0] * 40 + arcs[1]);
    for (int i = 2; i < arcs.length; i++) {
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arcs[i] >>> shift != 0) {
          out.write(arcs[i] >>> shift & 0x7f | 0x80);
        }
      }
      out.write(arcs[i] & 0x7f);
    }
    return tagged(6, out.toByteArray());
  }

  /** One element of any tag below 31, its content joined from parts. */
  static byte[] tagged(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int octets = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      out.write(0x80 | octets);
      for (int i = octets - 1; i >= 0; i--) {
        out.write(length >>> 8 * i);
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** The content of the first element with this tag directly inside a sequence. */
  static Optional<byte[]> firstTagged(byte[] sequence, int tag) {
    int[] outer = header(sequence, 0, sequence.length);
    if (outer.length == 0 || sequence[0] != 0x30) {
      return Optional.empty();
    }
    for (int at = outer[0]; at < outer[1]; ) {
      int[] inner = header(sequence, at, outer[1]);
      if (inner.length == 0) {
        return Optional.empty();
      }
      if ((sequence[at] & 0xff) == tag) {
        return Optional.of(Arrays.copyOfRange(sequence, inner[0], inner[1]));
      }
      at = inner[1];
    }
    return Optional.empty();
  }

  /** Start and end of the content of the element at an offset, or nothing if it does not fit. */
  private static int[] header(byte[] der, int at, int end) {
    if (at + 2 > end) {
      return new int[0];
    }
    int length = der[at + 1] & 0xff;
    int start = at + 2;
    if (length >= 0x80) {
      int octets = length & 0x7f;
      length = 0;
      if (octets == 0 || octets > 3 || start + octets > end) {
        return new int[0];
      }
      for (int i = 0; i < octets; i++) {
        length = length << 8 | der[start++] & 0xff;
      }
    }
    return start + length > end ? new int[0] : new int[] {start, start + length};
  }
}
