package dev.heddle.interop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running server: where it is and which certificate it has.
 *
 * @param origin {@code https://127.0.0.1:PORT}
 * @param sha256 the SHA-256 of its certificate in hexadecimal digits
 */
record Target(String origin, String sha256) {
  private static final Pattern GREETING =
      Pattern.compile(
          "listening on (https://127\\.0\\.0\\.1:\\d+) certificate-sha256 ([0-9a-f]{64})");

  /** The line that every server of endpoints.md prints. */
  static Target of(String greeting) {
    Matcher matcher = GREETING.matcher(greeting);
    if (!matcher.matches()) {
      throw new AssertionError("not the greeting that endpoints.md fixes: " + greeting);
    }
    return new Target(matcher.group(1), matcher.group(2));
  }

  String hostPort() {
    return origin.substring("https://".length());
  }

  /** Plays a script on a new connection to this server. */
  Seen attack(Peer raw, Script script) {
    Map<String, Object> arguments = new LinkedHashMap<>(script.arguments());
    arguments.put("target", hostPort());
    arguments.put("sha256", sha256);
    return new Seen(raw.ask("attack", arguments));
  }
}
