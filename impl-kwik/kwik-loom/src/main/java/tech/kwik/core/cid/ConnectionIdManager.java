// checkstyle allow FileLength: stock kwik asks all of this of one class
package tech.kwik.core.cid;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiConsumer;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.NewConnectionIdFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.RetireConnectionIdFrame;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.log.Logger;
import tech.kwik.core.recovery.AcknowledgedFrame;
import tech.kwik.core.send.Sender;
import tech.kwik.core.server.ServerConnectionRegistry;

/**
 * The connection ids of both sides (RFC 9000 §5.1). Frames come on the receiving thread, everything
 * else on any.
 *
 * <p>What a peer can make this class remember is bounded: new ids are made as packets with them are
 * built, at most one request for that waits, and retired ids are forgotten.
 */
public class ConnectionIdManager {

  public static final int MAX_CIDS_PER_CONNECTION = 6;

  private static final int DEFAULT_LENGTH = 8;
  private static final int MIN_LIMIT = 2;
  private static final int MAX_FRAME_BYTES = 64;

  private final Sender sender;
  private final BiConsumer<Integer, String> closeConnection;
  private final Optional<ServerConnectionRegistry> registry;
  private final OwnConnectionIds own;
  private final PeerConnectionIds peer;
  private final byte[] initialOwn;
  private final byte[] initialPeer;
  private final byte[] originalDestination;
  private final Queue<NewConnectionIdFrame> lostFrames = new ArrayDeque<>();
  private boolean sendRequested;
  private volatile int maxOwn = MIN_LIMIT;
  private volatile int maxPeer;
  private volatile byte[] retrySource;
  private volatile byte[] handshakeSource;

  /** Of a server, whose client has chosen both its own id and the first of the server's. */
  public ConnectionIdManager(
      byte[] clientId,
      byte[] originalDestination,
      int length,
      int maxPeerIds,
      ServerConnectionRegistry registry,
      Sender sender,
      BiConsumer<Integer, String> closeConnection,
      Logger log) {
    this.sender = sender;
    this.closeConnection = closeConnection;
    this.registry = Optional.of(registry);
    this.originalDestination = originalDestination;
    initialPeer = clientId == null ? new byte[0] : clientId;
    handshakeSource = initialPeer;
    own = new OwnConnectionIds(length);
    peer = new PeerConnectionIds(initialPeer);
    initialOwn = own.current();
    maxPeer = maxPeerIds;
  }

  /** Of a client, which chooses its own id and the server's first. */
  public ConnectionIdManager(
      Integer length,
      int maxPeerIds,
      Sender sender,
      BiConsumer<Integer, String> closeConnection,
      Logger log) {
    this.sender = sender;
    this.closeConnection = closeConnection;
    registry = Optional.empty();
    originalDestination = new byte[DEFAULT_LENGTH];
    new SecureRandom().nextBytes(originalDestination);
    initialPeer = originalDestination;
    own = new OwnConnectionIds(length == null ? DEFAULT_LENGTH : length);
    peer = new PeerConnectionIds(originalDestination);
    initialOwn = own.current();
    maxPeer = maxPeerIds;
  }

  // Ids of this side.

  public void handshakeFinished() {
    issueMore();
  }

  /** RFC 9000 §5.1.1: as many as the peer wants, and this side is willing to remember. */
  public void registerPeerCidLimit(int limit) {
    maxOwn = Math.min(limit, MAX_CIDS_PER_CONNECTION);
  }

  private void issueMore() {
    synchronized (lostFrames) {
      if (sendRequested || lostFrames.isEmpty() && own.count() >= maxOwn) {
        return;
      }
      sendRequested = true;
    }
    sender.send(this::newIdFrame, MAX_FRAME_BYTES, EncryptionLevel.App, this::newIdLost);
  }

  /** What the next packet carries: an id whose frame was lost, or one more. */
  private QuicFrame newIdFrame(int maxLength) {
    NewConnectionIdFrame frame;
    synchronized (lostFrames) {
      sendRequested = false;
      frame = lostFrames.poll();
    }
    if (frame == null && own.count() < maxOwn) {
      frame = newIdFrame(issue(), 0);
    }
    issueMore();
    return frame;
  }

  private void newIdLost(QuicFrame lost) {
    NewConnectionIdFrame frame = (NewConnectionIdFrame) lost;
    synchronized (lostFrames) {
      if (own.isActive(frame.getConnectionId()) && !lostFrames.contains(frame)) {
        lostFrames.add(frame);
      }
    }
    issueMore();
  }

  private ConnectionIdInfo issue() {
    byte[] known = own.any();
    ConnectionIdInfo info = own.issue();
    registry.ifPresent(ids -> ids.registerAdditionalConnectionId(known, info.getConnectionId()));
    return info;
  }

  private static NewConnectionIdFrame newIdFrame(ConnectionIdInfo info, int retirePriorTo) {
    return new NewConnectionIdFrame(
        Version.QUIC_version_1, info.getSequenceNumber(), retirePriorTo, info.getConnectionId());
  }

  /** Issues one at the application's wish, beyond what the peer has asked for. */
  public ConnectionIdInfo sendNewConnectionId(int retirePriorTo) {
    ConnectionIdInfo info = issue();
    sender.send(newIdFrame(info, retirePriorTo), EncryptionLevel.App, this::newIdLost);
    return info;
  }

  public void process(RetireConnectionIdFrame frame, byte[] destination) {
    int sequence = frame.getSequenceNr();
    // RFC 9000 §19.16: neither one that was never issued nor the one of the packet itself.
    if (!own.wasIssued(sequence)) {
      violation("RETIRE_CONNECTION_ID for a connection id that was not issued");
    } else if (own.get(sequence).filter(id -> Arrays.equals(id, destination)).isPresent()) {
      violation("RETIRE_CONNECTION_ID for the connection id of its packet");
    } else {
      own.retire(sequence)
          .ifPresent(id -> {
            registry.ifPresent(ids -> ids.deregisterConnectionId(id));
            issueMore();
          });
    }
  }

  /** Notes which id a packet came with; for a new one the peer gets another. */
  public void registerConnectionIdInUse(byte[] destination) {
    if (own.used(destination)) {
      issueMore();
    }
  }

  public boolean isActiveCid(byte[] destination) {
    return own.isActive(destination);
  }

  public List<byte[]> getActiveConnectionIds() {
    return own.all();
  }

  public byte[] getCurrentConnectionId() {
    return own.current();
  }

  public byte[] getInitialConnectionId() {
    return initialOwn;
  }

  public int getConnectionIdLength() {
    return own.length();
  }

  public Map<Integer, ConnectionIdInfo> getAllConnectionIds() {
    return own.bySequence();
  }

  // Ids of the peer.

  public void process(NewConnectionIdFrame frame) {
    try {
      List<Integer> retire =
          peer.add(
              frame.getSequenceNr(),
              frame.getRetirePriorTo(),
              frame.getConnectionId(),
              frame.getStatelessResetToken(),
              maxPeer);
      retire.forEach(this::sendRetirement);
    } catch (TransportError violation) {
      closeConnection.accept(violation.getTransportErrorCode().value, violation.getMessage());
    }
  }

  private void sendRetirement(int sequence) {
    sender.send(new Retirement(sequence), EncryptionLevel.App, lost -> retirementLost(sequence));
  }

  private void retirementLost(int sequence) {
    if (peer.isRetiring(sequence)) {
      sendRetirement(sequence);
    }
  }

  private final class Retirement extends RetireConnectionIdFrame implements AcknowledgedFrame {
    Retirement(int sequence) {
      super(Version.QUIC_version_1, sequence);
    }

    @Override
    public void acknowledged() {
      peer.retirementAcknowledged(getSequenceNr());
    }
  }

  public void setMaxPeerConnectionIds(int limit) {
    maxPeer = limit;
  }

  public List<byte[]> getActivePeerConnectionIds() {
    return peer.all();
  }

  public byte[] getCurrentPeerConnectionId() {
    return peer.current();
  }

  public Map<Integer, ConnectionIdInfo> getAllPeerConnectionIds() {
    return peer.bySequence();
  }

  /** Goes on with the peer's next id, or returns null if it has issued none. */
  public byte[] nextPeerId() {
    return peer.useNext();
  }

  /** Retires one of the peer's ids, unless it is the last. */
  public void retireConnectionId(Integer sequence) {
    if (peer.retire(sequence)) {
      sendRetirement(sequence);
    }
  }

  /** An id of the peer that was not used, for another path, or null if there is none. */
  public byte[] takeUnusedPeerId() {
    return peer.takeUnused();
  }

  /** Goes on with an id of the peer, unless it was retired. */
  public void usePeerId(byte[] id) {
    peer.use(id);
  }

  public boolean isPeerId(byte[] id) {
    return peer.isActive(id);
  }

  /** Retires the peer's id for a path that was left, unless it is in use. */
  public void retirePeerId(byte[] id) {
    int sequence = peer.retireLeft(id);
    if (sequence >= 0) {
      sendRetirement(sequence);
    }
  }

  /** Where the peer wants to be addressed: what its first Initial or its Retry came from. */
  public void registerInitialPeerCid(byte[] source) {
    peer.replaceInitial(source);
  }

  /**
   * RFC 9000 §7.2: the first Initial packet from the peer settles its id for the handshake; packets
   * from another are not from the peer.
   */
  public boolean isHandshakeSource(byte[] source) {
    byte[] settled = handshakeSource;
    if (settled == null) {
      handshakeSource = source;
      return true;
    }
    return Arrays.equals(settled, source);
  }

  /** Whether a client has processed an Initial packet, after which no Retry may follow. */
  public boolean isHandshakeSourceSettled() {
    return handshakeSource != null;
  }

  public boolean validateInitialPeerConnectionId(byte[] id) {
    return Arrays.equals(id, initialPeer);
  }

  public byte[] getOriginalDestinationConnectionId() {
    return originalDestination;
  }

  public void registerRetrySourceConnectionId(byte[] source) {
    retrySource = source;
  }

  public boolean validateRetrySourceConnectionId(byte[] source) {
    return Arrays.equals(retrySource, source);
  }

  public void setInitialStatelessResetToken(byte[] token) {
    peer.initialResetToken(token);
  }

  public boolean isStatelessResetToken(byte[] token) {
    return peer.isResetToken(token);
  }

  private void violation(String reason) {
    closeConnection.accept(TransportErrorCode.PROTOCOL_VIOLATION.value, reason);
  }
}
