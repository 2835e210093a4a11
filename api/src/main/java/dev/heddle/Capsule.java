package dev.heddle;

/**
 * A capsule of a type that is the application's own.
 *
 * @param type the type, 0 to 2^62-1, but not one of those that this library speaks itself: 0x00
 *     (DATAGRAM) and 0xff37a1 to 0xff37a3 (datagram contexts)
 * @param value the value, possibly empty; the array is not copied
 * @spec https://www.rfc-editor.org/rfc/rfc9297#section-3.2 RFC 9297 section 3.2
 */
public record Capsule(long type, byte[] value) {
  /**
   * Checks the type.
   *
   * @throws IllegalArgumentException if the type is out of range or one of the library's
   */
  public Capsule {
    if (type < 0 || type >= 1L << 62) {
      throw new IllegalArgumentException("a capsule type is 0 to 2^62-1, not " + type);
    }
    if (type == 0 || type >= 0xff37a1 && type <= 0xff37a3) {
      throw new IllegalArgumentException(
          "capsules of type 0x"
              + Long.toHexString(type)
              + " are those of datagram contexts; an application uses types of its own");
    }
  }
}
