package dev.heddle.http3.datagram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * From numbers of 0 and more to objects. Any thread reads, without a lock and without allocation;
 * writers lock each other out.
 *
 * <p>Open addressing, at most half full. A slot that got a key keeps it: a value is written before
 * its key and removed by itself, so a reader that meets a key finds that key's value or none. A
 * table too full of keys is replaced as a whole; a reader of the old one sees what was there
 * before.
 */
final class LongTable<V> {
  private static final int FIRST_LENGTH = 8;
  private static final long FREE = -1;

  private static final VarHandle KEY = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(Object[].class);

  private record Slots(long[] keys, Object[] values) {
    static Slots of(int length) {
      long[] keys = new long[length];
      Arrays.fill(keys, FREE);
      return new Slots(keys, new Object[length]);
    }

    /** The slot of the key, or the free one where it would be. */
    int find(long key) {
      int mask = keys.length - 1;
      int slot = spread(key) & mask;
      while (true) {
        long found = (long) KEY.getAcquire(keys, slot);
        if (found == key || found == FREE) {
          return slot;
        }
        slot = slot + 1 & mask;
      }
    }

    void put(long key, Object value) {
      int slot = find(key);
      VALUE.setRelease(values, slot, value);
      KEY.setRelease(keys, slot, key);
    }

    private static int spread(long key) {
      long mixed = key * 0x9E3779B97F4A7C15L;
      return (int) (mixed >>> 32);
    }
  }

  private volatile Slots slots = Slots.of(FIRST_LENGTH);

  // Guarded by this.
  private int usedSlots;
  private int size;

  /** The value of the key, or null. */
  V get(long key) {
    Slots now = slots;
    int slot = now.find(key);
    if ((long) KEY.getAcquire(now.keys, slot) != key) {
      return null;
    }
    @SuppressWarnings("unchecked") // put takes nothing else
    V value = (V) VALUE.getAcquire(now.values, slot);
    return value;
  }

  /** Sets the value of a key of 0 or more. */
  synchronized void put(long key, V value) {
    if (key < 0) {
      throw new IllegalArgumentException("no key: " + key);
    }
    Slots now = slots;
    int slot = now.find(key);
    boolean isNew = now.keys[slot] == FREE;
    if (isNew && (usedSlots + 1) * 2 > now.keys.length) {
      now = rebuilt(now);
    }
    if (now.values[now.find(key)] == null) {
      size++;
    }
    if (isNew) {
      usedSlots++;
    }
    now.put(key, value);
    slots = now; // also where it is the same: a reader that looks again sees the entry
  }

  private Slots rebuilt(Slots old) {
    int length = FIRST_LENGTH;
    while (length < (size + 1) * 4) {
      length *= 2;
    }
    Slots rebuilt = Slots.of(length);
    for (int i = 0; i < old.keys.length; i++) {
      if (old.values[i] != null) {
        rebuilt.put(old.keys[i], old.values[i]);
      }
    }
    usedSlots = size;
    return rebuilt;
  }

  /**
   * Removes a key.
   *
   * @return whether it had a value
   */
  synchronized boolean remove(long key) {
    Slots now = slots;
    int slot = now.find(key);
    if (now.values[slot] == null) {
      return false;
    }
    VALUE.setRelease(now.values, slot, null);
    size--;
    return true;
  }

  /** Shows every value. */
  synchronized void forEach(Consumer<? super V> action) {
    for (Object value : slots.values) {
      if (value != null) {
        @SuppressWarnings("unchecked") // put takes nothing else
        V typed = (V) value;
        action.accept(typed);
      }
    }
  }

  synchronized int size() {
    return size;
  }

  /** Slots that the table has, in use or not. */
  synchronized int length() {
    return slots.keys.length;
  }
}
