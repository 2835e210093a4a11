package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.VarInt;
import java.io.IOException;

/** The prefixed integers of RFC 9204 §4.1.1, up to 62 bits in up to 10 octets. */
final class PrefixedInteger {
  /** What {@link #extend} returns for an integer that is too large or too long. */
  static final long TOO_LARGE = -1;

  /** 9 times 7 bits hold 62; more octets only pad, without end if they may. */
  private static final int MAX_EXTENSION = 9;

  private PrefixedInteger() {}

  /** Writes {@code value} into the low bits of the octet {@code flags} and octets behind it. */
  static void write(long value, int prefixBits, int flags, ByteBuilder out) {
    int max = (1 << prefixBits) - 1;
    if (value < max) {
      out.writeByte(flags | (int) value);
      return;
    }
    out.writeByte(flags | max);
    long rest = value - max;
    while (rest > 0x7f) {
      out.writeByte((int) rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** The part of an integer that is in its first octet. */
  static int prefix(int first, int prefixBits) {
    return first & (1 << prefixBits) - 1;
  }

  /** Whether more octets follow the first one, given its part. */
  static boolean isExtended(int prefix, int prefixBits) {
    return prefix == (1 << prefixBits) - 1;
  }

  /**
   * Adds to {@code value} the octet that is the {@code place}-th behind the first one, from 0. More
   * follow where its highest bit is set.
   *
   * @return the sum, or {@link #TOO_LARGE}
   */
  static long extend(long value, int octet, int place) {
    // RFC 9204 §4.1.1: integers of up to 62 bits are decoded
    if (place == MAX_EXTENSION) {
      return TOO_LARGE;
    }
    long sum = value + ((octet & 0x7fL) << 7 * place);
    return sum >= 0 && sum <= VarInt.MAX ? sum : TOO_LARGE;
  }

  /**
   * Reads an integer of an instruction whose first octet was read already.
   *
   * @param tooLarge the error of an integer that is too large
   */
  static long read(BufferedByteSource in, int first, int prefixBits, H3Error tooLarge)
      throws IOException {
    long value = prefix(first, prefixBits);
    if (!isExtended((int) value, prefixBits)) {
      return value;
    }
    int octet = 0x80;
    for (int place = 0; (octet & 0x80) != 0; place++) {
      octet = in.readByte();
      if (octet == BufferedByteSource.END) {
        // RFC 9204 §4.2: the end of an encoder or decoder stream is H3_CLOSED_CRITICAL_STREAM
        throw ProtocolException.connection(
            H3Error.H3_CLOSED_CRITICAL_STREAM, "QPACK stream ended inside an instruction");
      }
      value = extend(value, octet, place);
      if (value == TOO_LARGE) {
        // RFC 9204 §7.4: a value too large to decode is an error of the stream's own type
        throw ProtocolException.connection(tooLarge, "integer over 62 bits in an instruction");
      }
    }
    return value;
  }
}
