package tech.kwik.core.stream;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import tech.kwik.core.ConnectionConfig;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.loom.ConnectionEnd;

/**
 * The streams that are open, by id, and the ids that either side may open. Frames are looked up on
 * the receiving thread, the rest happens on any.
 */
final class StreamTable {

  private final Role role;
  private final Map<Integer, QuicStreamImpl> streams = new ConcurrentHashMap<>();
  private final LocalStreams localUni;
  private final LocalStreams localBidi;
  private final PeerStreams peerUni;
  private final PeerStreams peerBidi;

  /** Makes and delivers a stream that the peer has opened. */
  private final IntConsumer openedByPeer;

  StreamTable(QuicConnectionImpl connection, Role role, IntConsumer openedByPeer) {
    this.role = role;
    this.openedByPeer = openedByPeer;
    localUni = new LocalStreams(connection, role, false);
    localBidi = new LocalStreams(connection, role, true);
    peerUni = new PeerStreams(connection, role.other(), false);
    peerBidi = new PeerStreams(connection, role.other(), true);
  }

  /** Called before the first stream exists. */
  void start(ConnectionConfig config) {
    peerUni.start(
        config.maxOpenPeerInitiatedUnidirectionalStreams(),
        config.maxTotalPeerInitiatedUnidirectionalStreams());
    peerBidi.start(
        config.maxOpenPeerInitiatedBidirectionalStreams(),
        config.maxTotalPeerInitiatedBidirectionalStreams());
  }

  LocalStreams local(boolean bidirectional) {
    return bidirectional ? localBidi : localUni;
  }

  void put(QuicStreamImpl stream) {
    streams.put(stream.getStreamId(), stream);
  }

  /** A stream is done; if it was the peer's, another may take its place. */
  void remove(int id) {
    streams.remove(id);
    if (!StreamId.initiatedBy(role, id)) {
      peer(id).closed();
    }
  }

  int size() {
    return streams.size();
  }

  Collection<QuicStreamImpl> all() {
    return streams.values();
  }

  /** The stream of a frame that the peer's sending part sends; null if it has left the table. */
  QuicStreamImpl receiving(int id) throws TransportError {
    if (StreamId.unidirectional(id) && StreamId.initiatedBy(role, id)) {
      throw stateError("stream " + id + " is not the peer's to send on");
    }
    return find(id);
  }

  /** The stream of a frame that the peer's receiving part sends; null if it has left the table. */
  QuicStreamImpl sending(int id) throws TransportError {
    if (StreamId.unidirectional(id) && !StreamId.initiatedBy(role, id)) {
      throw stateError("stream " + id + " is the peer's to send on");
    }
    return find(id);
  }

  private QuicStreamImpl find(int id) throws TransportError {
    QuicStreamImpl stream = streams.get(id);
    if (stream != null) {
      return stream;
    }
    if (StreamId.initiatedBy(role, id)) {
      // RFC 9000 §19.5, §19.8: a stream of ours that does not exist yet.
      if (!local(!StreamId.unidirectional(id)).wasOpened(id)) {
        throw stateError("stream " + id + " was not opened");
      }
      return null;
    }
    return peer(id).open(id, openedByPeer) ? streams.get(id) : null;
  }

  private PeerStreams peer(int id) {
    return StreamId.unidirectional(id) ? peerUni : peerBidi;
  }

  private static TransportError stateError(String message) {
    return new TransportError(TransportErrorCode.STREAM_STATE_ERROR, message);
  }

  void ended(ConnectionEnd end) {
    localUni.ended(end);
    localBidi.ended(end);
    streams.values().forEach(stream -> stream.ended(end));
  }
}
