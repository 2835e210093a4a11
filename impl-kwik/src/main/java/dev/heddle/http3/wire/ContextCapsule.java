package dev.heddle.http3.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The capsules of datagram contexts: draft-ietf-masque-h3-datagram-04 §4.4. Immutable. */
public sealed interface ContextCapsule {
  /** REGISTER_DATAGRAM_CONTEXT. The array is not copied. */
  record Register(long contextId, long formatType, byte[] formatData) implements ContextCapsule {
    /** Reads the value of such a capsule. */
    public static Register parse(byte[] value) throws ProtocolException {
      ByteBuffer in = ByteBuffer.wrap(value);
      return new Register(integer(in), integer(in), rest(in));
    }

    @Override
    public byte[] encoded() {
      return capsule(CapsuleType.REGISTER_DATAGRAM_CONTEXT, formatData, contextId, formatType);
    }
  }

  /** REGISTER_DATAGRAM_NO_CONTEXT. The array is not copied. */
  record RegisterNone(long formatType, byte[] formatData) implements ContextCapsule {
    /** Type 0 without data: what the request's {@code :protocol} says. */
    public static final RegisterNone DEFAULT = new RegisterNone(0, new byte[0]);

    /** Reads the value of such a capsule. */
    public static RegisterNone parse(byte[] value) throws ProtocolException {
      ByteBuffer in = ByteBuffer.wrap(value);
      return new RegisterNone(integer(in), rest(in));
    }

    @Override
    public byte[] encoded() {
      return capsule(CapsuleType.REGISTER_DATAGRAM_NO_CONTEXT, formatData, formatType);
    }
  }

  /** CLOSE_DATAGRAM_CONTEXT. */
  record Close(long contextId, long code, String details) implements ContextCapsule {
    /** Characters of details that are kept. */
    public static final int MAX_DETAILS = 256;

    /** Reads the value of such a capsule; what is not UTF-8 becomes replacement characters. */
    public static Close parse(byte[] value) throws ProtocolException {
      ByteBuffer in = ByteBuffer.wrap(value);
      long contextId = integer(in);
      long code = integer(in);
      String words = new String(rest(in), StandardCharsets.UTF_8);
      return new Close(contextId, code, words.substring(0, Math.min(words.length(), MAX_DETAILS)));
    }

    @Override
    public byte[] encoded() {
      byte[] words = details.getBytes(StandardCharsets.UTF_8);
      return capsule(CapsuleType.CLOSE_DATAGRAM_CONTEXT, words, contextId, code);
    }
  }

  /** The whole capsule, with type and length. */
  byte[] encoded();

  private static byte[] capsule(CapsuleType type, byte[] tail, long... integers) {
    ByteBuilder value = new ByteBuilder(16 + tail.length);
    for (long integer : integers) {
      value.varint(integer);
    }
    value.write(tail, 0, tail.length);
    return CapsuleWriter.capsule(type.code(), value.toByteArray());
  }

  private static long integer(ByteBuffer in) throws ProtocolException {
    long integer = VarInt.decode(in);
    if (integer == VarInt.TRUNCATED) {
      // RFC 9297 §3.3: a value that ends inside its fields makes the message malformed
      throw ProtocolException.stream(
          H3Error.H3_MESSAGE_ERROR, "a capsule of datagram contexts ends inside its fields");
    }
    return integer;
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return rest;
  }
}
