package dev.heddle.http3.wire;

/** Capsules as bytes (RFC 9297 §3.2), always in the shortest form. */
public final class CapsuleWriter {
  private CapsuleWriter() {}

  /** A capsule of any type. */
  public static byte[] capsule(long type, byte[] value) {
    byte[] capsule = new byte[VarInt.size(type) + VarInt.size(value.length) + value.length];
    int offset = VarInt.encode(value.length, capsule, VarInt.encode(type, capsule, 0));
    System.arraycopy(value, 0, capsule, offset, value.length);
    return capsule;
  }

  /**
   * A DATAGRAM capsule (RFC 9297 §3.5).
   *
   * @param contextId what stands in front of the payload, or -1 for nothing
   */
  public static byte[] datagram(long contextId, byte[] payload) {
    int context = contextId < 0 ? 0 : VarInt.size(contextId);
    int length = context + payload.length;
    byte[] capsule = new byte[1 + VarInt.size(length) + length];
    int offset = VarInt.encode(length, capsule, 1); // the type is 0
    if (context > 0) {
      offset = VarInt.encode(contextId, capsule, offset);
    }
    System.arraycopy(payload, 0, capsule, offset, payload.length);
    return capsule;
  }
}
