package dev.heddle.interop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * As much JSON as the Go peers speak: objects are maps, arrays lists, whole numbers longs, null is
 * {@link #NULL}. Stateless, any thread.
 */
final class Json {
  static final Object NULL = new Object();

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Map<String, Object> object(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.space();
    if (!(value instanceof Map<?, ?> map) || json.at != text.length()) {
      throw new IllegalArgumentException("not one JSON object: " + text);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((name, member) -> object.put((String) name, member));
    return object;
  }

  static String write(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> quoted((String) entry.getKey()) + ":" + write(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case List<?> list ->
          list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
      case String string -> quoted(string);
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Object nothing when nothing == NULL -> "null";
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    };
  }

  private static String quoted(String string) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private Object value() {
    space();
    return switch (text.charAt(at)) {
      case '{' -> map();
      case '[' -> list();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", NULL);
      default -> number();
    };
  }

  private Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    while (!end('}')) {
      space();
      String name = string();
      space();
      at++; // the colon
      map.put(name, value());
    }
    return map;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    at++;
    while (!end(']')) {
      list.add(value());
    }
    return list;
  }

  /** Steps over a comma, or over the closing bracket, which it reports. */
  private boolean end(char bracket) {
    space();
    char c = text.charAt(at);
    if (c == ',' || c == bracket) {
      at++;
    }
    return c == bracket;
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      out.append(c == '\\' ? escaped(text.charAt(++at)) : c);
    }
    at++;
    return out.toString();
  }

  private char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
      }
      default -> c;
    };
  }

  private Object number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return Long.parseLong(text.substring(from, at));
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw new IllegalArgumentException("not JSON at " + at + ": " + text);
    }
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }
}
