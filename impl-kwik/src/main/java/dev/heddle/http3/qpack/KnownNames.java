package dev.heddle.http3.qpack;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names that are worth recognizing: those of the static table, which encode as an index, and others
 * that are common, which then need no new string when they come in. A hash table that is looked up
 * by string and by octets, and never changes.
 */
final class KnownNames {
  /** What {@link #find} returns for a name that the static table does not have. */
  static final int ABSENT = Integer.MIN_VALUE;

  private static final List<String> OTHERS =
      List.of(
          ":protocol",
          "accept-charset",
          "allow",
          "baggage",
          "capsule-protocol",
          "content-language",
          "content-location",
          "content-range",
          "cross-origin-opener-policy",
          "cross-origin-resource-policy",
          "dnt",
          "expires",
          "from",
          "grpc-encoding",
          "grpc-message",
          "grpc-status",
          "grpc-timeout",
          "host",
          "if-match",
          "if-unmodified-since",
          "keep-alive",
          "max-forwards",
          "permissions-policy",
          "pragma",
          "priority",
          "proxy-authorization",
          "proxy-status",
          "referrer-policy",
          "report-to",
          "retry-after",
          "sec-ch-ua",
          "sec-ch-ua-mobile",
          "sec-ch-ua-platform",
          "sec-fetch-dest",
          "sec-fetch-mode",
          "sec-fetch-site",
          "sec-fetch-user",
          "sec-webtransport-http3-draft",
          "sec-webtransport-http3-draft02",
          "server-timing",
          "te",
          "traceparent",
          "tracestate",
          "trailer",
          "via",
          "www-authenticate",
          "x-forwarded-proto",
          "x-real-ip",
          "x-request-id");

  private static final int SLOTS = 512; // a power of two, several times the count of names
  private static final String[] NAMES = new String[SLOTS];

  /** Indexes in the static table of the name in the same slot; none for the other names. */
  private static final int[][] INDEXES = new int[SLOTS][];

  static {
    Map<String, int[]> indexes = new LinkedHashMap<>();
    for (int i = 0; i < StaticTable.SIZE; i++) {
      int[] before = indexes.getOrDefault(StaticTable.name(i), new int[0]);
      int[] extended = Arrays.copyOf(before, before.length + 1);
      extended[before.length] = i;
      indexes.put(StaticTable.name(i), extended);
    }
    OTHERS.forEach(name -> indexes.putIfAbsent(name, new int[0]));
    indexes.forEach((name, places) -> {
      int slot = slot(name.hashCode());
      while (NAMES[slot] != null) {
        slot = slot + 1 & SLOTS - 1;
      }
      NAMES[slot] = name;
      INDEXES[slot] = places;
    });
  }

  private KnownNames() {}

  /**
   * Looks for a field in the static table.
   *
   * @return the index of the entry with this name and value; or the complement ({@code ~index}) of
   *     the first entry with this name; or {@link #ABSENT}
   */
  static int find(String name, String value) {
    int slot = slot(name.hashCode());
    while (NAMES[slot] != null) {
      if (NAMES[slot].equals(name)) {
        int[] indexes = INDEXES[slot];
        for (int index : indexes) {
          if (StaticTable.value(index).equals(value)) {
            return index;
          }
        }
        return indexes.length == 0 ? ABSENT : ~indexes[0];
      }
      slot = slot + 1 & SLOTS - 1;
    }
    return ABSENT;
  }

  /** The shared string that consists of these octets, or null if they are no known name. */
  static String of(byte[] octets, int offset, int length) {
    int hash = 0; // as String.hashCode() is specified, so that both lookups share the table
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + (octets[i] & 0xff);
    }
    int slot = slot(hash);
    while (NAMES[slot] != null) {
      if (matches(NAMES[slot], octets, offset, length)) {
        return NAMES[slot];
      }
      slot = slot + 1 & SLOTS - 1;
    }
    return null;
  }

  private static boolean matches(String name, byte[] octets, int offset, int length) {
    if (name.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name.charAt(i) != (octets[offset + i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 9 ^ hash >>> 18) & SLOTS - 1;
  }
}
