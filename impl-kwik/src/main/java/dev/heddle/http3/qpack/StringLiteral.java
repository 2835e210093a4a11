package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.ByteBuilder;

/** Writes the string literals of RFC 9204 §4.1.2, in the shorter of their two forms. */
final class StringLiteral {
  private StringLiteral() {}

  /**
   * Writes a Latin-1 string.
   *
   * @param prefixBits bits of the first octet that belong to the literal, the Huffman bit included
   * @param flags the other bits of the first octet
   */
  static void write(String text, int prefixBits, int flags, ByteBuilder out) {
    int lengthBits = prefixBits - 1;
    int encodedLength = Huffman.encodedLength(text);
    if (encodedLength < text.length()) {
      PrefixedInteger.write(encodedLength, lengthBits, flags | 1 << lengthBits, out);
      out.reserve(encodedLength);
      Huffman.encode(text, out.array(), out.size());
      out.advance(encodedLength);
    } else {
      PrefixedInteger.write(text.length(), lengthBits, flags, out);
      out.reserve(text.length());
      copy(text, out.array(), out.size());
      out.advance(text.length());
    }
  }

  /** Copies the low octet of each char: for Latin-1 exactly right, and without an array between. */
  @SuppressWarnings("deprecation")
  private static void copy(String text, byte[] dst, int offset) {
    text.getBytes(0, text.length(), dst, offset);
  }
}
