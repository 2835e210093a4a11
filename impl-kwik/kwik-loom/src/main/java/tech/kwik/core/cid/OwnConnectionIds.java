package tech.kwik.core.cid;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connection ids that this side has issued and the peer has not retired: never more than its
 * limit, as retired ones are forgotten. Any thread; packets are compared with a snapshot.
 */
final class OwnConnectionIds {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final int length;
  private final Map<Integer, ConnectionIdInfo> active = new LinkedHashMap<>();
  private volatile byte[][] snapshot;
  private volatile byte[] current;
  private int nextSequence;

  OwnConnectionIds(int length) {
    this.length = length;
    ConnectionIdInfo first = issue();
    first.setStatus(ConnectionIdStatus.IN_USE);
    current = first.getConnectionId();
  }

  int length() {
    return length;
  }

  /** The one that the peer used last. */
  byte[] current() {
    return current;
  }

  boolean isActive(byte[] id) {
    for (byte[] own : snapshot) {
      if (Arrays.equals(own, id)) {
        return true;
      }
    }
    return false;
  }

  List<byte[]> all() {
    return List.of(snapshot);
  }

  /** The oldest, by which others know this connection. */
  byte[] any() {
    byte[][] ids = snapshot;
    return ids.length == 0 ? current : ids[0];
  }

  synchronized int count() {
    return active.size();
  }

  synchronized Map<Integer, ConnectionIdInfo> bySequence() {
    return Map.copyOf(active);
  }

  synchronized ConnectionIdInfo issue() {
    byte[] id = new byte[length];
    RANDOM.nextBytes(id);
    var info = new ConnectionIdInfo(nextSequence++, id, ConnectionIdStatus.NEW);
    active.put(info.getSequenceNumber(), info);
    publish();
    return info;
  }

  synchronized boolean wasIssued(int sequence) {
    return sequence < nextSequence;
  }

  synchronized Optional<byte[]> get(int sequence) {
    return Optional.ofNullable(active.get(sequence)).map(ConnectionIdInfo::getConnectionId);
  }

  synchronized Optional<byte[]> retire(int sequence) {
    Optional<ConnectionIdInfo> retired = Optional.ofNullable(active.remove(sequence));
    retired.ifPresent(info -> info.setStatus(ConnectionIdStatus.RETIRED));
    publish();
    return retired.map(ConnectionIdInfo::getConnectionId);
  }

  /** Notes which one a packet came with; true if the peer had not used it before. */
  boolean used(byte[] id) {
    return !Arrays.equals(id, current) && change(id);
  }

  private synchronized boolean change(byte[] id) {
    boolean first = false;
    for (ConnectionIdInfo info : active.values()) {
      if (Arrays.equals(info.getConnectionId(), id)) {
        first = info.getConnectionIdStatus() == ConnectionIdStatus.NEW;
        info.setStatus(ConnectionIdStatus.IN_USE);
        current = info.getConnectionId();
      } else if (info.getConnectionIdStatus() == ConnectionIdStatus.IN_USE) {
        info.setStatus(ConnectionIdStatus.USED);
      }
    }
    return first;
  }

  private void publish() {
    snapshot =
        active.values().stream().map(ConnectionIdInfo::getConnectionId).toArray(byte[][]::new);
  }
}
