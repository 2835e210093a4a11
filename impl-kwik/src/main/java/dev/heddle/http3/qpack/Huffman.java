package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The Huffman code of RFC 7541, Appendix B. It is canonical: codes of one length are consecutive
 * numbers in the order of the octets, so the lengths alone define it.
 */
final class Huffman {
  /** What {@link #decode} returns where the result is longer than allowed. */
  static final int TOO_LONG = -1;

  /** Length in bits of the code of each octet, then of EOS: 'a' stands for 5 bits, 'z' for 30. */
  private static final String LENGTHS =
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf"
          + "ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabccccckgjix"
          + "prpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs"
          + "vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwv"
          + "z";

  private static final VarHandle FOUR_OCTETS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int EOS = 256;
  private static final int MAX_BITS = 30;
  private static final int SHORT_BITS = 10; // covers every character that is common in fields

  private static final int[] CODE = new int[EOS + 1];
  private static final byte[] BITS = new byte[EOS + 1];

  /** By the next 10 bits: {@code bits << 9 | symbol}; 0 where the code is longer. */
  private static final short[] SHORT = new short[1 << SHORT_BITS];

  /** By length: the smallest code, how many codes there are, and where their octets begin. */
  private static final int[] FIRST_CODE = new int[MAX_BITS + 1];

  private static final int[] COUNT = new int[MAX_BITS + 1];
  private static final int[] FIRST_SYMBOL = new int[MAX_BITS + 1];
  private static final short[] SYMBOLS = new short[EOS + 1];

  static {
    int code = 0;
    int rank = 0;
    for (int bits = 1; bits <= MAX_BITS; bits++) {
      code <<= 1;
      FIRST_CODE[bits] = code;
      FIRST_SYMBOL[bits] = rank;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (LENGTHS.charAt(symbol) - 'a' + 5 == bits) {
          BITS[symbol] = (byte) bits;
          CODE[symbol] = code;
          SYMBOLS[rank++] = (short) symbol;
          if (bits <= SHORT_BITS) {
            int from = code << SHORT_BITS - bits;
            int to = code + 1 << SHORT_BITS - bits;
            Arrays.fill(SHORT, from, to, (short) (bits << 9 | symbol));
          }
          code++;
        }
      }
      COUNT[bits] = rank - FIRST_SYMBOL[bits];
    }
  }

  private Huffman() {}

  /** Octets that {@link #encode} will write for a Latin-1 string. */
  static int encodedLength(String text) {
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits += BITS[text.charAt(i)];
    }
    return bits + 7 >>> 3;
  }

  /** Writes a Latin-1 string at {@code offset}. */
  static void encode(String text, byte[] dst, int offset) {
    int next = offset;
    long pending = 0; // the low bits are still to be written
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      int symbol = text.charAt(i);
      pending = pending << BITS[symbol] | CODE[symbol];
      count += BITS[symbol];
      while (count >= 8) {
        count -= 8;
        dst[next++] = (byte) (pending >>> count);
      }
    }
    if (count > 0) {
      dst[next] = (byte) (pending << 8 - count | 0xff >>> count);
    }
  }

  /** The most octets that can come out of {@code length} encoded ones. */
  static int maxDecodedLength(int length) {
    return (int) Math.min(length * 8L / 5, Integer.MAX_VALUE - 8);
  }

  /**
   * Decodes the octets from {@code from} to {@code to} into {@code dst}.
   *
   * @param room the most octets to write, at most {@code dst.length}
   * @return octets written, or {@link #TOO_LONG}
   */
  static int decode(byte[] src, int from, int to, byte[] dst, int room) throws ProtocolException {
    int next = from;
    int size = 0;
    long pending = 0; // the next bits, from the highest on
    int count = 0;
    while (true) {
      if (count < 32) {
        if (to - next >= 4) {
          pending |= ((int) FOUR_OCTETS.get(src, next) & 0xffffffffL) << 32 - count;
          count += 32;
          next += 4;
        } else {
          while (next < to) {
            pending |= (src[next++] & 0xffL) << 56 - count;
            count += 8;
          }
        }
      }
      int window = (int) (pending >>> 32);
      if (count < 32) {
        window |= -1 >>> count; // as if EOS followed, whose code is all ones
      }
      int entry = SHORT[window >>> 32 - SHORT_BITS];
      if (entry == 0) {
        entry = longCode(window);
      }
      int bits = entry >>> 9;
      if (bits > count) {
        checkPadding(count, window);
        return size;
      }
      if (size == room) {
        return TOO_LONG;
      }
      dst[size++] = octet(entry);
      pending <<= bits;
      count -= bits;
    }
  }

  /**
   * The entry of the code that {@code window} begins with; one does, since the code is complete.
   */
  private static int longCode(int window) {
    int bits = SHORT_BITS + 1;
    int place = (window >>> 32 - bits) - FIRST_CODE[bits];
    while (place >= COUNT[bits]) {
      bits++;
      place = (window >>> 32 - bits) - FIRST_CODE[bits];
    }
    return bits << 9 | SYMBOLS[FIRST_SYMBOL[bits] + place];
  }

  private static byte octet(int entry) throws ProtocolException {
    // RFC 7541 §5.2: the EOS symbol inside a string is a decoding error
    if ((entry & 0x1ff) == EOS) {
      throw invalid("EOS inside a Huffman string");
    }
    return (byte) entry;
  }

  private static void checkPadding(int count, int window) throws ProtocolException {
    // RFC 7541 §5.2: padding is less than 8 bits, all of them ones
    if (count > 7 || window != -1) {
      throw invalid("Huffman padding is not up to 7 ones");
    }
  }

  private static ProtocolException invalid(String message) {
    return ProtocolException.connection(H3Error.QPACK_DECOMPRESSION_FAILED, message);
  }
}
