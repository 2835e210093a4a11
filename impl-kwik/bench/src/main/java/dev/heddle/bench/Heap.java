package dev.heddle.bench;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What a process keeps after collection: its live objects by class, and its direct buffers. Objects
 * are counted one by one, because a heap that is measured as a whole has gaps of megabytes.
 *
 * @param classes how many live objects each class has, and their bytes
 * @param directBytes in direct buffers
 */
record Heap(Map<String, long[]> classes, long directBytes) {
  private static final int MOST_COLLECTIONS = 8;
  private static final long SETTLED_BYTES = 4_096;
  private static final String GAPS = "jdk.internal.vm.Filler"; // what fills gaps is no object

  /** Collects until nothing more goes. */
  static Heap now() throws JMException {
    Heap heap = collected();
    for (int i = 1; i < MOST_COLLECTIONS; i++) {
      Heap next = collected();
      long gone = heap.bytes() - next.bytes();
      heap = next;
      if (gone < SETTLED_BYTES) {
        break;
      }
    }
    return heap;
  }

  private static Heap collected() throws JMException {
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
      if (words.length >= 4 && words[0].endsWith(":") && !words[3].contains(GAPS)) {
        long[] both = {Long.parseLong(words[1]), Long.parseLong(words[2])};
        classes.merge(words[3], both, (a, b) -> new long[] {a[0] + b[0], a[1] + b[1]});
      }
    }
    return new Heap(classes, direct());
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** All of it. */
  long bytes() {
    return directBytes + classes.values().stream().mapToLong(both -> both[1]).sum();
  }

  /** The classes that grew most since then, as lines of text, for each of so many units. */
  String growth(Heap before, int units, int most) {
    StringBuilder text = new StringBuilder();
    text.append(line(bytes() - before.bytes(), units, units, "all"));
    text.append(line(directBytes - before.directBytes, 0, units, "direct buffers"));
    classes.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), before.less(entry.getKey(), entry.getValue())))
        .sorted((a, b) -> Long.compare(b.getValue()[1], a.getValue()[1]))
        .limit(most)
        .forEach(entry ->
            text.append(line(entry.getValue()[1], entry.getValue()[0], units, entry.getKey())));
    return text.toString();
  }

  private long[] less(String name, long[] both) {
    long[] own = classes.getOrDefault(name, new long[2]);
    return new long[] {both[0] - own[0], both[1] - own[1]};
  }

  private static String line(long bytes, long objects, int units, String what) {
    return String.format(
        Locale.ROOT,
        "  %,9.0f bytes in %6.1f of %s%n",
        (double) bytes / units,
        (double) objects / units,
        what);
  }
}
