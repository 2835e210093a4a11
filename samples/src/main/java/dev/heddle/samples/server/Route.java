package dev.heddle.samples.server;

/**
 * Where an endpoint is found.
 *
 * @param method the request method, or {@link #ANY}
 * @param path the path without its query
 * @param example how a request for it looks, for the list at {@code /}
 * @param purpose what it does, in a few words
 * @param endpoint what answers
 */
record Route(String method, String path, String example, String purpose, Endpoint endpoint) {
  static final String ANY = "ANY";

  boolean accepts(String requested) {
    return method.equals(ANY)
        || method.equals(requested)
        || method.equals("GET") && requested.equals("HEAD");
  }

  /** The value of {@code allow} (RFC 9110 section 10.2.1). */
  String allow() {
    return method.equals("GET") ? "GET, HEAD" : method;
  }

  /** The line of the list at {@code /}. */
  String line() {
    return String.format("%-7s %-19s  %s\n", method, example, purpose);
  }
}
