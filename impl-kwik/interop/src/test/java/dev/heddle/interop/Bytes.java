package dev.heddle.interop;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The bytes of HTTP/3, right or wrong as a test wants them, written with nothing of Heddle's own
 * codecs. Stateless, any thread.
 */
final class Bytes {
  static final int DATA = 0x00;
  static final int HEADERS = 0x01;
  static final int CANCEL_PUSH = 0x03;
  static final int SETTINGS = 0x04;
  static final int PUSH_PROMISE = 0x05;
  static final int GOAWAY = 0x07;
  static final int MAX_PUSH_ID = 0x0d;

  /** A frame, stream and setting type that nobody may know: 0x1f * 7 + 0x21. */
  static final long GREASE = 0x1f * 7 + 0x21;

  private Bytes() {}

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] cat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] times(int count, byte[] part) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(count * part.length);
    for (int i = 0; i < count; i++) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** A variable-length integer in its shortest form (RFC 9000 section 16). */
  static byte[] varint(long value) {
    int log = value < 1 << 6 ? 0 : value < 1 << 14 ? 1 : value < 1 << 30 ? 2 : 3;
    byte[] out = new byte[1 << log];
    for (int i = out.length - 1, shift = 0; i >= 0; i--, shift += 8) {
      out[i] = (byte) (value >>> shift);
    }
    out[0] |= (byte) (log << 6);
    return out;
  }

  static byte[] frame(long type, byte[]... payload) {
    byte[] whole = cat(payload);
    return cat(varint(type), varint(whole.length), whole);
  }

  /** The head of a frame that claims a length; what follows it is up to the test. */
  static byte[] claim(long type, long length) {
    return cat(varint(type), varint(length));
  }

  static byte[] settings(long... idsAndValues) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long number : idsAndValues) {
      out.writeBytes(varint(number));
    }
    return frame(SETTINGS, out.toByteArray());
  }

  static byte[] data(String text) {
    return frame(DATA, utf8(text));
  }

  /** A HEADERS frame with these field lines, each of them a literal without Huffman coding. */
  static byte[] headers(String... namesAndValues) {
    return frame(HEADERS, section(namesAndValues));
  }

  /** An encoded field section (RFC 9204 section 4.5) of literals; each char is one byte. */
  static byte[] section(String... namesAndValues) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(hex("00 00"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.writeBytes(literal(namesAndValues[i], namesAndValues[i + 1]));
    }
    return out.toByteArray();
  }

  static byte[] literal(String name, String value) {
    byte[] n = name.getBytes(StandardCharsets.ISO_8859_1);
    byte[] v = value.getBytes(StandardCharsets.ISO_8859_1);
    return cat(prefixed(0x20, 3, n.length), n, prefixed(0, 7, v.length), v);
  }

  /** An integer with a prefix of so many bits (RFC 9204 section 4.1.1) below the pattern's bits. */
  static byte[] prefixed(int pattern, int bits, long value) {
    long most = (1L << bits) - 1;
    if (value < most) {
      return new byte[] {(byte) (pattern | value)};
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((int) (pattern | most));
    long rest = value - most;
    for (; rest > 127; rest >>>= 7) {
      out.write((int) (rest & 0x7f | 0x80));
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  /** The fields of a request that is in order, and then more. */
  static String[] request(String method, String path, String... more) {
    return join(
        new String[] {
          ":method", method, ":scheme", "https", ":authority", "localhost", ":path", path
        },
        more);
  }

  static byte[] get(String path, String... more) {
    return headers(request("GET", path, more));
  }

  static byte[] post(String path, String... more) {
    return headers(request("POST", path, more));
  }

  /** An Extended CONNECT for {@code :protocol datagram-echo}. */
  static byte[] connect(String path) {
    return headers(
        request("CONNECT", path, ":protocol", "datagram-echo", "capsule-protocol", "?1"));
  }

  /** A capsule (RFC 9297 section 3.2), in a DATA frame of its own. */
  static byte[] capsule(long type, byte[]... value) {
    byte[] whole = cat(value);
    return frame(DATA, varint(type), varint(whole.length), whole);
  }

  private static String[] join(String[] first, String[] second) {
    String[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
