package dev.heddle;

import java.util.List;

/** The character rules of field names and values. Stateless, any thread. */
final class FieldSyntax {
  private static final List<String> PSEUDO_NAMES =
      List.of(":method", ":scheme", ":authority", ":path", ":protocol", ":status");
  private static final boolean[] TOKEN = tokenCharacters();

  /**
   * Names that were found legal, each in a place that its hash gives, known again by identity: most
   * fields have one of a few names that are constants. Races only lose entries.
   */
  private static final String[] LEGAL_NAMES = new String[256];

  private static final int LONGEST_REMEMBERED = 64;

  private FieldSyntax() {}

  /** What is wrong with {@code name}, as a sentence for its author, or null. */
  static String faultInName(String name) {
    int place = name.hashCode() & LEGAL_NAMES.length - 1;
    if (LEGAL_NAMES[place] == name) {
      return null;
    }
    String fault = faultInNewName(name);
    if (fault == null && name.length() <= LONGEST_REMEMBERED) {
      LEGAL_NAMES[place] = name;
    }
    return fault;
  }

  private static String faultInNewName(String name) {
    if (name.isEmpty()) {
      return "a field name must not be empty";
    }
    if (name.charAt(0) == ':') {
      return PSEUDO_NAMES.contains(name)
          ? null
          : "there is no pseudo-field " + visible(name) + "; the known ones are " + PSEUDO_NAMES;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return "write the field name "
            + visible(name)
            + " in lower case, as HTTP/3 sends it (RFC 9114 section 4.2)";
      }
      if (c >= TOKEN.length || !TOKEN[c]) {
        return "the field name " + visible(name) + " has a character that no field name may have";
      }
    }
    return null;
  }

  /** What is wrong with {@code value}, as a sentence for its author, or null. */
  static String faultInValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= 0x20 && c < 0x7f) {
        continue;
      }
      if (c < 0x20 && c != '\t' || c == 0x7f) {
        return String.format(
            "the field value %s has the control character 0x%02x at index %d",
            visible(value), (int) c, i);
      }
      if (c > 0xff) {
        return "the field value "
            + visible(value)
            + " has a character above U+00FF; encode the text first, for example as UTF-8 octets"
            + " or with percent-encoding";
      }
    }
    if (!value.isEmpty() && (blank(value.charAt(0)) || blank(value.charAt(value.length() - 1)))) {
      return "the field value " + visible(value) + " starts or ends with white space; strip it";
    }
    return null;
  }

  private static boolean blank(char c) {
    return c == ' ' || c == '\t';
  }

  /** A quoted form that is safe in a log: short, and without control characters. */
  private static String visible(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), 64); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7f) {
        shown.append(c);
      } else {
        shown.append(String.format("\\u%04x", (int) c));
      }
    }
    return shown.append(text.length() > 64 ? "…\"" : "\"").toString();
  }

  private static boolean[] tokenCharacters() {
    boolean[] token = new boolean[128];
    for (char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".toCharArray()) {
      token[c] = true;
    }
    return token;
  }
}
