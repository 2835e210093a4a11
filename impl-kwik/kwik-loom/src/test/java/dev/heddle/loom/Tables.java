package dev.heddle.loom;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts the entries of all collections that kwik's objects hold, starting from one of them. Looks
 * by reflection, so that it counts in the stock jar as well.
 */
final class Tables {

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> left = new ArrayDeque<>();
  private int entries;

  private Tables() {}

  static int entries(Object root) throws IllegalAccessException {
    Tables tables = new Tables();
    tables.visit(root);
    while (!tables.left.isEmpty()) {
      tables.expand(tables.left.pop());
    }
    return tables.entries;
  }

  private void visit(Object object) {
    if (object != null && seen.add(object)) {
      left.push(object);
    }
  }

  private void expand(Object object) throws IllegalAccessException {
    if (object instanceof Map<?, ?> map) {
      entries += map.size();
      map.values().forEach(this::visit);
    } else if (object instanceof Collection<?> collection) {
      entries += collection.size();
      collection.forEach(this::visit);
    } else if (object instanceof Object[] array) {
      for (Object element : array) {
        visit(element);
      }
    } else if (object.getClass().getName().startsWith("tech.kwik.core")) {
      for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
        expandFields(type, object);
      }
    }
  }

  private void expandFields(Class<?> type, Object object) throws IllegalAccessException {
    if (!type.getName().startsWith("tech.kwik.core")) {
      return;
    }
    for (Field field : type.getDeclaredFields()) {
      if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        visit(field.get(object));
      }
    }
  }
}
