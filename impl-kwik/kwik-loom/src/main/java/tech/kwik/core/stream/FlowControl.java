package tech.kwik.core.stream;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import tech.kwik.core.frame.MaxDataFrame;
import tech.kwik.core.frame.MaxStreamDataFrame;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.TransportParameters;
import tech.kwik.core.log.Logger;
import tech.kwik.core.udp.LeafLock;

/**
 * The peer's limits on what this side sends (RFC 9000 §4.1): the connection's credit, and what a
 * new stream starts with. Any thread may call.
 */
public class FlowControl {

  private final LeafLock lock = new LeafLock();
  private final Role role;
  private final Logger log;
  private volatile StreamManager streams;

  // Guarded by lock, a leaf lock: nothing else is locked and nobody is called while it is held.
  private long maxStreamDataBidiLocal;
  private long maxStreamDataBidiRemote;
  private long maxStreamDataUni;
  private long maxData;
  private long used;
  private long reportedBlockedAt = -1;

  /** The streams that got less than they wanted, in that order: the next credit is for them. */
  private final LinkedHashSet<SendPart> waiting = new LinkedHashSet<>();

  public FlowControl(
      Role role, long maxData, long bidiLocal, long bidiRemote, long uni, Logger log) {
    this.role = role;
    this.maxData = maxData;
    this.maxStreamDataBidiLocal = bidiLocal;
    this.maxStreamDataBidiRemote = bidiRemote;
    this.maxStreamDataUni = uni;
    this.log = log;
  }

  void attach(StreamManager manager) {
    streams = manager;
  }

  /** The limit that a stream starts with. "Local" and "remote" are the peer's, not ours. */
  long initialLimit(int streamId) {
    try (var _ = lock.hold()) {
      if (StreamId.unidirectional(streamId)) {
        return maxStreamDataUni;
      }
      return StreamId.initiatedBy(role, streamId)
          ? maxStreamDataBidiRemote
          : maxStreamDataBidiLocal;
    }
  }

  /**
   * Takes up to {@code wanted} bytes of the connection's credit for a stream. If there is less, the
   * stream is told by {@link SendPart#creditArrived} when more arrives: the check and the note are
   * one step, so no credit slips in between.
   */
  long take(SendPart stream, long wanted) {
    try (var _ = lock.hold()) {
      long granted = Math.min(wanted, maxData - used);
      used += granted;
      if (granted < wanted) {
        waiting.add(stream);
      }
      return granted;
    }
  }

  /** A stream that ended or was reset waits no longer. */
  void forget(SendPart stream) {
    try (var _ = lock.hold()) {
      waiting.remove(stream);
    }
  }

  /** The limit to put into DATA_BLOCKED, or -1 if it was reported already or does not block. */
  long blockedAt() {
    try (var _ = lock.hold()) {
      if (used < maxData || reportedBlockedAt == maxData) {
        return -1;
      }
      reportedBlockedAt = maxData;
      return maxData;
    }
  }

  public void process(MaxDataFrame frame) {
    raise(frame.getMaxData());
  }

  public void process(MaxStreamDataFrame frame) throws TransportError {
    streams.process(frame);
  }

  private void raise(long limit) {
    List<SendPart> ready;
    try (var _ = lock.hold()) {
      if (limit <= maxData) {
        return;
      }
      maxData = limit;
      ready = new ArrayList<>(waiting);
      waiting.clear();
    }
    ready.forEach(SendPart::creditArrived);
  }

  /** The handshake's parameters after those remembered for early data (RFC 9000 §7.4.1). */
  public void updateInitialValues(TransportParameters parameters) {
    try (var _ = lock.hold()) {
      if (parameters.getInitialMaxData() < maxData
          || parameters.getInitialMaxStreamDataBidiLocal() < maxStreamDataBidiLocal
          || parameters.getInitialMaxStreamDataBidiRemote() < maxStreamDataBidiRemote
          || parameters.getInitialMaxStreamDataUni() < maxStreamDataUni) {
        log.error("Peer reduced the limits that it had promised for early data");
      }
      maxStreamDataBidiLocal =
          Math.max(maxStreamDataBidiLocal, parameters.getInitialMaxStreamDataBidiLocal());
      maxStreamDataBidiRemote =
          Math.max(maxStreamDataBidiRemote, parameters.getInitialMaxStreamDataBidiRemote());
      maxStreamDataUni = Math.max(maxStreamDataUni, parameters.getInitialMaxStreamDataUni());
    }
    raise(parameters.getInitialMaxData());
    streams.initialLimitsRaised();
  }
}
