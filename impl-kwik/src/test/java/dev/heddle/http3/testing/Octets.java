package dev.heddle.http3.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.heddle.http3.qpack.FieldSectionDecoder;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.Bytes;
import dev.heddle.http3.wire.FrameReader;
import dev.heddle.http3.wire.FrameType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames as octets, legal or not, and octets as frames. Written from RFC 9114 §7, not from ours.
 */
public final class Octets {
  /** A frame of a type that nobody knows, with a payload. */
  public static final byte[] UNKNOWN = frame(0x21, Bytes.hex("0102030405"));

  /** A control stream's type and an empty SETTINGS. */
  public static final byte[] CONTROL = Bytes.hex("00 04 00");

  /** A control stream's type and a SETTINGS with H3_DATAGRAM = 1 and Extended CONNECT. */
  public static final byte[] CONTROL_WITH_DATAGRAMS = Bytes.hex("00 04 04 33 01 08 01");

  private Octets() {}

  /** An Extended CONNECT, with more fields. */
  public static byte[] connect(String protocol, String... more) {
    return headers(
        concat(
            new String[] {
              ":method",
              "CONNECT",
              ":protocol",
              protocol,
              ":scheme",
              "https",
              ":authority",
              "a",
              ":path",
              "/"
            },
            more));
  }

  /** A DATA frame with octets. */
  public static byte[] data(byte[] octets) {
    return frame(0x00, octets);
  }

  public static byte[] frame(long type, byte[] payload) {
    ByteBuilder out = new ByteBuilder();
    out.varint(type);
    out.varint(payload.length);
    out.write(payload, 0, payload.length);
    return out.toByteArray();
  }

  /** HEADERS with field lines as literals (RFC 9204 §4.5.6), whatever they hold. */
  public static byte[] headers(String... namesAndValues) {
    ByteBuilder out = new ByteBuilder();
    out.writeByte(0);
    out.writeByte(0);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      text(namesAndValues[i], 0x20, 3, out);
      text(namesAndValues[i + 1], 0, 7, out);
    }
    return frame(0x01, out.toByteArray());
  }

  private static void text(String text, int flags, int prefixBits, ByteBuilder out) {
    byte[] octets = text.getBytes(ISO_8859_1);
    int most = (1 << prefixBits) - 1;
    if (octets.length < most) {
      out.writeByte(flags | octets.length);
    } else {
      out.writeByte(flags | most);
      int rest = octets.length - most;
      for (; rest > 0x7f; rest >>>= 7) {
        out.writeByte(rest & 0x7f | 0x80);
      }
      out.writeByte(rest);
    }
    out.write(octets, 0, octets.length);
  }

  /** A request without a body, with more fields. */
  public static byte[] request(String method, String... more) {
    return headers(
        concat(
            new String[] {":method", method, ":scheme", "https", ":authority", "a", ":path", "/"},
            more));
  }

  public static byte[] response(int status, String... more) {
    return headers(concat(new String[] {":status", Integer.toString(status)}, more));
  }

  public static byte[] data(String text) {
    return frame(0x00, text.getBytes(ISO_8859_1));
  }

  /**
   * What the peer sends until its FIN: {@code "HEADERS :status=200 a=b"} or {@code "DATA abc"} for
   * each frame.
   */
  public static List<String> frames(QuicStream stream) throws IOException {
    FrameReader frames = new FrameReader(new BufferedByteSource(stream::read));
    List<String> seen = new ArrayList<>();
    while (true) {
      FrameType type = frames.next();
      if (type == FrameType.END) {
        return seen;
      }
      seen.add(frame(type, frames));
    }
  }

  /** The next frame that the peer sends. */
  public static String frame(FrameType type, FrameReader frames) throws IOException {
    byte[] payload = frames.payload(1 << 20, () -> new IOException("too large"));
    return switch (type) {
      case HEADERS -> "HEADERS" + fields(payload);
      case DATA -> "DATA " + new String(payload, ISO_8859_1);
      default -> type + " " + Bytes.hex(payload);
    };
  }

  private static String fields(byte[] section) throws IOException {
    StringBuilder out = new StringBuilder();
    new FieldSectionDecoder(1 << 20, 1000)
        .decode(section, (name, value, never) -> out.append(' ').append(name + "=" + value));
    return out.toString();
  }

  private static String[] concat(String[] one, String[] two) {
    String[] all = new String[one.length + two.length];
    System.arraycopy(one, 0, all, 0, one.length);
    System.arraycopy(two, 0, all, one.length, two.length);
    return all;
  }
}
