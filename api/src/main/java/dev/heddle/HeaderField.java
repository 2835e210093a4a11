package dev.heddle;

import java.util.Objects;

/**
 * One field line of a header or trailer section: a name, a value, and whether the value is a
 * secret.
 *
 * <p>A field is legal by construction. The name is a lower-case token (RFC 9110 section 5.1, RFC
 * 9114 section 4.2) or one of the pseudo-field names {@code :method}, {@code :scheme}, {@code
 * :authority}, {@code :path}, {@code :protocol} and {@code :status}. The value is a sequence of
 * octets, one {@code char} each (U+0000 to U+00FF), without control characters other than a
 * horizontal tab, and without white space at either end.
 *
 * @param name the field name, in lower case
 * @param value the field value, which may be empty
 * @param sensitive true for a value that no compressor on the way may put into a table (RFC 9204
 *     section 7.1.3), such as a credential
 * @spec https://www.rfc-editor.org/rfc/rfc9114#section-4.2 RFC 9114 section 4.2
 */
public record HeaderField(String name, String value, boolean sensitive) {

  /**
   * Checks the field.
   *
   * @throws IllegalArgumentException if the name or the value is not legal; the message says what
   *     to change
   */
  public HeaderField {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    String fault = FieldSyntax.faultInName(name);
    if (fault == null) {
      fault = FieldSyntax.faultInValue(value);
    }
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
  }

  /**
   * A field whose value is not a secret.
   *
   * @param name the field name, in lower case
   * @param value the field value
   * @throws IllegalArgumentException if the name or the value is not legal
   */
  public HeaderField(String name, String value) {
    this(name, value, false);
  }

  /**
   * Tells whether this is a pseudo-field.
   *
   * @return true if the name starts with a colon
   */
  public boolean pseudo() {
    return name.charAt(0) == ':';
  }

  /** The field as text, {@code name: value}; the value of a sensitive field is left out. */
  @Override
  public String toString() {
    return name + ": " + (sensitive ? "(sensitive)" : value);
  }
}
