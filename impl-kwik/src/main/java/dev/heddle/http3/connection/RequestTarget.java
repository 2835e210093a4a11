package dev.heddle.http3.connection;

/** The syntax of what the pseudo-fields of a request hold (RFC 3986, RFC 9110). Stateless. */
final class RequestTarget {
  private static final int MOST_PORT = 65_535;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String DIGITS = "0123456789";
  private static final boolean[] DIGIT = set(DIGITS);
  private static final boolean[] TOKEN = set(LETTERS + DIGITS + "!#$%&'*+-.^_`|~");
  private static final boolean[] SCHEME = set(LETTERS + DIGITS + "+-.");
  private static final boolean[] HOST = set(LETTERS + DIGITS + "-._~%!$&'()*+,;=");
  private static final boolean[] LITERAL = set(LETTERS + DIGITS + "-._~!$&'()*+,;=:");

  private RequestTarget() {}

  /** A token (RFC 9110 §5.6.2), as methods and protocol names are. */
  static boolean token(String text) {
    return all(text, 0, text.length(), TOKEN);
  }

  /** A scheme (RFC 3986 §3.1). */
  static boolean scheme(String text) {
    return all(text, 0, text.length(), SCHEME) && LETTERS.indexOf(text.charAt(0)) >= 0;
  }

  /** A path with its query (RFC 3986 §3.3, §3.4), or the asterisk of OPTIONS. */
  static boolean path(String text, String method) {
    if (text.equals("*")) {
      return method.equals("OPTIONS");
    }
    if (!text.startsWith("/")) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      // Some clients leave characters such as | or octets above 0x7f unescaped: those may pass.
      if (c <= 0x20 || c == 0x7f || c == '#') {
        return false;
      }
    }
    return true;
  }

  /** An authority without user information (RFC 3986 §3.2). */
  static boolean authority(String text) {
    int port = portColon(text);
    int hostEnd = port < 0 ? text.length() : port;
    boolean portFits =
        port < 0 || port == text.length() - 1 || all(text, port + 1, text.length(), DIGIT);
    return portFits && host(text, hostEnd);
  }

  /** A host with a port that can be one: RFC 9110 §9.3.6. */
  static boolean hostAndPort(String text) {
    int port = portColon(text);
    if (port <= 0 || !authority(text) || !number(text.substring(port + 1))) {
      return false;
    }
    long number = Long.parseLong(text, port + 1, text.length(), 10);
    return number > 0 && number <= MOST_PORT;
  }

  /** A number that fits a {@code long}: what content-length holds. */
  static boolean number(String text) {
    return text.length() < 19 && all(text, 0, text.length(), DIGIT);
  }

  private static boolean host(String text, int end) {
    if (text.startsWith("[")) {
      return text.charAt(end - 1) == ']' && all(text, 1, end - 1, LITERAL);
    }
    return all(text, 0, end, HOST);
  }

  private static int portColon(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? colon : -1;
  }

  private static boolean all(String text, int from, int to, boolean[] allowed) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c >= allowed.length || !allowed[c]) {
        return false;
      }
    }
    return from < to;
  }

  private static boolean[] set(String characters) {
    boolean[] set = new boolean[128];
    for (char c : characters.toCharArray()) {
      set[c] = true;
    }
    return set;
  }
}
