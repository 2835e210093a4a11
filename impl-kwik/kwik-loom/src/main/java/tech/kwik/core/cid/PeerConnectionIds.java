package tech.kwik.core.cid;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.impl.TransportError;

/**
 * The connection ids that the peer has issued (RFC 9000 §5.1): the active ones, within the limit
 * that this side has announced, and the numbers of those whose retirement the peer has not
 * acknowledged, within a limit as well. Any thread.
 */
final class PeerConnectionIds {

  /** RFC 9000 §5.1.2 wants at least twice the number of active ones. */
  static final int MAX_RETIRING = 32;

  private static final int MAX_RETIRED_AHEAD = 64;

  private final TreeMap<Integer, ConnectionIdInfo> active = new TreeMap<>();
  private final Set<Integer> retiring = new HashSet<>();

  /** Retired by this side of its own accord; numbers below {@link #retiredBelow} are left out. */
  private final Set<Integer> retiredAhead = new HashSet<>();

  private int retiredBelow;
  private volatile byte[] current;
  private int currentSequence;

  PeerConnectionIds(byte[] initial) {
    replaceInitial(initial);
  }

  byte[] current() {
    return current;
  }

  synchronized void replaceInitial(byte[] id) {
    active.put(0, new ConnectionIdInfo(0, id, ConnectionIdStatus.IN_USE));
    current = id;
    currentSequence = 0;
  }

  synchronized void initialResetToken(byte[] token) {
    active.computeIfPresent(0, (sequence, info) -> info.addStatelessResetToken(token));
  }

  synchronized List<byte[]> all() {
    return active.values().stream().map(ConnectionIdInfo::getConnectionId).toList();
  }

  synchronized Map<Integer, ConnectionIdInfo> bySequence() {
    return Map.copyOf(active);
  }

  /** Takes a new id, and returns the numbers of those that are to be retired for it. */
  synchronized List<Integer> add(
      int sequence, int retirePriorTo, byte[] id, byte[] resetToken, int limit)
      throws TransportError {
    // RFC 9000 §19.15: who uses an empty connection id issues none.
    if (current.length == 0) {
      throw violation("NEW_CONNECTION_ID from a peer with an empty connection id");
    }
    checkSame(sequence, id, resetToken);
    List<Integer> retire = new ArrayList<>();
    if (sequence < retiredBelow) {
      // RFC 9000 §5.1.2: it was retired before it came; a repetition asks for nothing.
      if (!active.containsKey(sequence)) {
        retire(sequence, retire);
      }
    } else if (!retiredAhead.contains(sequence)) {
      active.putIfAbsent(
          sequence, new ConnectionIdInfo(sequence, id, ConnectionIdStatus.NEW, resetToken));
    }
    if (retirePriorTo > retiredBelow) {
      retiredBelow = retirePriorTo;
      retiredAhead.removeIf(number -> number < retirePriorTo);
      for (Integer number : List.copyOf(active.headMap(retirePriorTo).keySet())) {
        retire(number, retire);
      }
    }
    if (active.isEmpty()) {
      throw violation("all connection ids are retired");
    }
    // RFC 9000 §5.1.1: more than announced is a CONNECTION_ID_LIMIT_ERROR.
    if (active.size() > limit) {
      throw new TransportError(
          TransportErrorCode.CONNECTION_ID_LIMIT_ERROR, "too many active connection ids");
    }
    useAnother();
    return retire;
  }

  private void checkSame(int sequence, byte[] id, byte[] resetToken) throws TransportError {
    for (ConnectionIdInfo known : active.values()) {
      boolean sameId = Arrays.equals(known.getConnectionId(), id);
      // RFC 9000 §19.15: one id under two numbers, or two under one, is a PROTOCOL_VIOLATION.
      if (sameId != (known.getSequenceNumber() == sequence)) {
        throw violation("two connection ids with the same sequence number, or the reverse");
      }
      if (sameId
          && known.getStatelessResetToken() != null
          && !Arrays.equals(known.getStatelessResetToken(), resetToken)) {
        throw violation("two reset tokens for one connection id");
      }
    }
  }

  private void retire(int sequence, List<Integer> retire) throws TransportError {
    active.remove(sequence);
    if (!retiring.add(sequence)) {
      return;
    }
    // RFC 9000 §5.1.2: who makes us retire without end gets a CONNECTION_ID_LIMIT_ERROR.
    if (retiring.size() > MAX_RETIRING) {
      throw new TransportError(
          TransportErrorCode.CONNECTION_ID_LIMIT_ERROR, "too many connection ids to retire");
    }
    retire.add(sequence);
  }

  /** Retires one of the application's choice; false if it is not active or the last one. */
  synchronized boolean retire(int sequence) {
    if (!active.containsKey(sequence) || active.size() == 1) {
      return false;
    }
    active.remove(sequence);
    retiring.add(sequence);
    if (sequence >= retiredBelow) {
      retiredAhead.add(sequence);
      while (retiredAhead.remove(retiredBelow)) {
        retiredBelow++;
      }
    }
    useAnother();
    return true;
  }

  /** One that no packet has borne, for another path, or null if there is none. */
  synchronized byte[] takeUnused() {
    ConnectionIdInfo info = unused();
    if (info == null) {
      return null;
    }
    info.setStatus(ConnectionIdStatus.IN_USE);
    return info.getConnectionId();
  }

  private ConnectionIdInfo unused() {
    for (ConnectionIdInfo info : active.values()) {
      if (info.getConnectionIdStatus() == ConnectionIdStatus.NEW) {
        return info;
      }
    }
    return null;
  }

  /** Goes on with this one, unless it was retired. */
  synchronized void use(byte[] id) {
    ConnectionIdInfo info = find(id);
    if (info != null && info.getSequenceNumber() != currentSequence) {
      use(info);
    }
  }

  synchronized boolean isActive(byte[] id) {
    return find(id) != null;
  }

  /**
   * Retires the one of a path that was left.
   *
   * @return its number, or -1 if it is in use, or the peer has not taken note of many others
   */
  synchronized int retireLeft(byte[] id) {
    ConnectionIdInfo info = find(id);
    boolean possible =
        info != null
            && info.getSequenceNumber() != currentSequence
            && retiring.size() < MAX_RETIRING
            && retiredAhead.size() < MAX_RETIRED_AHEAD;
    return possible && retire(info.getSequenceNumber()) ? info.getSequenceNumber() : -1;
  }

  private ConnectionIdInfo find(byte[] id) {
    for (ConnectionIdInfo info : active.values()) {
      if (Arrays.equals(info.getConnectionId(), id)) {
        return info;
      }
    }
    return null;
  }

  synchronized boolean isRetiring(int sequence) {
    return retiring.contains(sequence);
  }

  synchronized void retirementAcknowledged(int sequence) {
    retiring.remove(sequence);
  }

  private void useAnother() {
    if (!active.containsKey(currentSequence)) {
      // RFC 9000 §9.5: rather not one of another path.
      ConnectionIdInfo unused = unused();
      use(unused == null ? active.firstEntry().getValue() : unused);
    }
  }

  private void use(ConnectionIdInfo info) {
    info.setStatus(ConnectionIdStatus.IN_USE);
    currentSequence = info.getSequenceNumber();
    current = info.getConnectionId();
  }

  /** Goes on with the next id, or returns null if there is none. */
  synchronized byte[] useNext() {
    Map.Entry<Integer, ConnectionIdInfo> next = active.higherEntry(currentSequence);
    if (next == null) {
      return null;
    }
    active.get(currentSequence).setStatus(ConnectionIdStatus.USED);
    use(next.getValue());
    return current;
  }

  /** RFC 9000 §10.3.1: compared in constant time, and only with tokens of ids that were used. */
  synchronized boolean isResetToken(byte[] token) {
    boolean found = false;
    for (ConnectionIdInfo info : active.values()) {
      byte[] known = info.getStatelessResetToken();
      if (known != null && info.getConnectionIdStatus().notUnusedOrRetired()) {
        found |= MessageDigest.isEqual(known, token);
      }
    }
    return found;
  }

  private static TransportError violation(String reason) {
    return new TransportError(TransportErrorCode.PROTOCOL_VIOLATION, reason);
  }
}
