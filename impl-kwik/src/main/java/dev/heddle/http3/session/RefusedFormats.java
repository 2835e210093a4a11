package dev.heddle.http3.session;

import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramFormat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The formats that the peer does not want in a session, which are registered no more (draft-04
 * §4.4.3.1). Under its owner's lock; grows only with what this side registers.
 */
final class RefusedFormats {
  private final Map<Long, DatagramFormat> registered = new HashMap<>();
  private final Set<Long> unknownTypes = new HashSet<>();
  private final Set<DatagramFormat> denied = new HashSet<>();

  /** Refuses a format that the peer has refused before. */
  void check(DatagramFormat format) throws DatagramContextClosedException {
    if (unknownTypes.contains(format.type())) {
      throw refused(DatagramCloseCode.UNKNOWN_FORMAT);
    }
    if (denied.contains(format)) {
      throw refused(DatagramCloseCode.DENIED);
    }
  }

  private static DatagramContextClosedException refused(DatagramCloseCode code) {
    return new DatagramContextClosedException(
        code, "it has refused this format before; register another one on this session", true);
  }

  /** Notes what this side has registered. */
  void registered(long contextId, DatagramFormat format) {
    registered.put(contextId, format);
  }

  /** Notes that a context is over. */
  void forget(long contextId) {
    registered.remove(contextId);
  }

  /** Notes with which code the peer closed a context. */
  void closed(long contextId, DatagramCloseCode code) {
    DatagramFormat format = registered.remove(contextId);
    if (format == null) {
      return;
    }
    if (code.equals(DatagramCloseCode.UNKNOWN_FORMAT)) {
      unknownTypes.add(format.type());
    } else if (code.equals(DatagramCloseCode.DENIED)) {
      denied.add(format);
    }
  }
}
