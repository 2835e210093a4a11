package dev.heddle.interop;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A JSON object from a Go peer, with accessors that fail on what is not there. */
record Reply(Map<String, Object> values) {

  boolean has(String name) {
    return values.getOrDefault(name, Json.NULL) != Json.NULL;
  }

  String text(String name) {
    return (String) value(name);
  }

  long number(String name) {
    return (Long) value(name);
  }

  boolean truth(String name) {
    return (Boolean) value(name);
  }

  OptionalLong optionalNumber(String name) {
    return has(name) ? OptionalLong.of(number(name)) : OptionalLong.empty();
  }

  @SuppressWarnings("unchecked")
  Reply object(String name) {
    return new Reply((Map<String, Object>) value(name));
  }

  Optional<Reply> optionalObject(String name) {
    return has(name) ? Optional.of(object(name)) : Optional.empty();
  }

  @SuppressWarnings("unchecked")
  List<Reply> objects(String name) {
    return has(name)
        ? ((List<Object>) value(name))
            .stream().map(o -> new Reply((Map<String, Object>) o)).toList()
        : List.of();
  }

  @SuppressWarnings("unchecked")
  List<String> texts(String name) {
    return has(name) ? (List<String>) value(name) : List.of();
  }

  @SuppressWarnings("unchecked")
  List<List<String>> pairs(String name) {
    return has(name) ? (List<List<String>>) value(name) : List.of();
  }

  private Object value(String name) {
    if (!has(name)) {
      throw new AssertionError("no " + name + " in " + this);
    }
    return values.get(name);
  }

  @Override
  public String toString() {
    return Json.write(values);
  }
}
