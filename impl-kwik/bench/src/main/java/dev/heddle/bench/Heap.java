package dev.heddle.bench;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this process keeps: its heap after collection, and its direct buffers. */
final class Heap {
  private static final int MOST_COLLECTIONS = 8;
  private static final long SETTLED_BYTES = 16_384;

  private Heap() {}

  /** Collects until nothing more goes, and says how many bytes stay. */
  static long usedBytes() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < MOST_COLLECTIONS; i++) {
      System.gc();
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      long now = heap + directBytes(); // which follow their owners only after a collection
      if (used - now < SETTLED_BYTES) {
        used = Math.min(used, now);
        break;
      }
      used = now;
    }
    return used;
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** How many live objects each class has, and their bytes. */
  static Map<String, long[]> histogram() throws JMException {
    String text =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Map<String, long[]> classes = new HashMap<>();
    for (String line : text.split("\n")) {
      String[] words = line.trim().split("\\s+");
      if (words.length >= 4 && words[0].endsWith(":")) {
        classes.put(words[3], new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])});
      }
    }
    return classes;
  }

  /** The classes that grew most from one histogram to the next, as lines of text. */
  static String growth(
      String title, Map<String, long[]> before, Map<String, long[]> after, int units, int most) {
    Map<String, long[]> grown = new LinkedHashMap<>();
    after.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), less(entry.getValue(), before.get(entry.getKey()))))
        .sorted((a, b) -> Long.compare(b.getValue()[1], a.getValue()[1]))
        .limit(most)
        .forEach(entry -> grown.put(entry.getKey(), entry.getValue()));
    StringBuilder text = new StringBuilder(title + ", for each connection:\n");
    grown.forEach((name, both) ->
        text.append(
            String.format(
                "  %,9.0f bytes in %6.1f of %s%n",
                (double) both[1] / units, (double) both[0] / units, name)));
    return text.toString();
  }

  private static long[] less(long[] from, long[] what) {
    return what == null ? from : new long[] {from[0] - what[0], from[1] - what[1]};
  }
}
