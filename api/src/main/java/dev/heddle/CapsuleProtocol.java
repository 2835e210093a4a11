package dev.heddle;

import java.util.List;

/**
 * The capsule-protocol field (RFC 9297 §3.4): an Item of RFC 8941 whose value is a Boolean, with
 * parameters that are skipped. What is not of this form counts as no field at all. One use each.
 */
final class CapsuleProtocol {
  static final String FIELD = "capsule-protocol";

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~:/";

  private final String text;
  private int position;

  private CapsuleProtocol(String text) {
    this.text = text;
  }

  /** Whether the values of all fields of that name say that the capsule protocol is in use. */
  static boolean in(List<String> values) {
    // RFC 9297 §3.4: a field that comes twice is a List, hence ignored
    return values.size() == 1 && new CapsuleProtocol(values.get(0).strip()).isTrue();
  }

  private boolean isTrue() {
    if (!text.startsWith("?1")) {
      return false;
    }
    position = 2;
    while (position < text.length()) {
      if (!parameter()) {
        return false;
      }
    }
    return true;
  }

  private boolean parameter() {
    if (!skip(';')) {
      return false;
    }
    while (skip(' ')) {
      // RFC 8941 §3.1.2: any number of spaces
    }
    if (!lower(peek()) && peek() != '*') {
      return false;
    }
    while (lower(peek()) || digit(peek()) || "_-.*".indexOf(peek()) >= 0) {
      position++;
    }
    return !skip('=') || value();
  }

  private boolean value() {
    char first = peek();
    return switch (first) {
      case '"' -> string();
      case '?' -> skip('?') && (skip('0') || skip('1'));
      case ':' -> bytes();
      default -> digit(first) || first == '-' ? number() : token();
    };
  }

  private boolean string() {
    position++;
    while (peek() != '"') {
      if (skip('\\') && peek() != '"' && peek() != '\\' || peek() < ' ' || peek() > '~') {
        return false;
      }
      position++;
    }
    return skip('"');
  }

  private boolean bytes() {
    position++;
    while (lower(peek()) || upper(peek()) || digit(peek()) || "+/=".indexOf(peek()) >= 0) {
      position++;
    }
    return skip(':');
  }

  private boolean number() {
    skip('-');
    int whole = digits();
    return whole >= 1 && whole <= 15 && (!skip('.') || decimals());
  }

  private boolean decimals() {
    int count = digits();
    return count >= 1 && count <= 3;
  }

  private int digits() {
    int start = position;
    while (digit(peek())) {
      position++;
    }
    return position - start;
  }

  private boolean token() {
    if (!lower(peek()) && !upper(peek()) && peek() != '*') {
      return false;
    }
    while (lower(peek()) || upper(peek()) || digit(peek()) || TOKEN_MARKS.indexOf(peek()) >= 0) {
      position++;
    }
    return true;
  }

  /** The next character, or NUL, which is none of those that are looked for. */
  private char peek() {
    return position < text.length() ? text.charAt(position) : 0;
  }

  private boolean skip(char expected) {
    if (peek() != expected) {
      return false;
    }
    position++;
    return true;
  }

  private static boolean lower(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean upper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }
}
