package tech.kwik.core.impl;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.PathChallengeFrame;
import tech.kwik.core.frame.PathResponseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.send.Sender;

/**
 * The path challenges of a connection (RFC 9000 §8.2), of both sides. Any thread.
 *
 * <p>A peer that challenges faster than answers leave gets the latest few answered; what a path is,
 * and where packets go, is the sender's matter.
 */
public final class Paths {

  private static final int MAX_WAITING = 8;
  private static final int DATA_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final QuicConnectionImpl connection;
  private final PeerAddress peerAddress;

  // Guarded by this.
  private final Deque<byte[]> unanswered = new ArrayDeque<>(MAX_WAITING);
  private final Deque<Validation> validations = new ArrayDeque<>(MAX_WAITING);
  private boolean requested;
  private boolean challenged;

  private record Validation(byte[] data, Runnable whenValid) {}

  public Paths(QuicConnectionImpl connection) {
    this.connection = connection;
    peerAddress = new PeerAddress(connection, this);
  }

  PeerAddress peerAddress() {
    return peerAddress;
  }

  /** The connection has ended. */
  public void end() {
    peerAddress.end();
  }

  /** The peer wants to know whether this side gets what comes along a path. */
  void process(PathChallengeFrame frame) {
    synchronized (this) {
      if (unanswered.size() == MAX_WAITING) {
        unanswered.removeFirst();
      }
      unanswered.addLast(frame.getData());
    }
    request();
  }

  private void request() {
    synchronized (this) {
      if (requested || unanswered.isEmpty()) {
        return;
      }
      requested = true;
    }
    // RFC 9000 §13.3: a lost answer is not repeated, the peer challenges again.
    connection.send(
        this::response, 1 + DATA_BYTES, EncryptionLevel.App, Sender.NO_RETRANSMIT, false);
  }

  private QuicFrame response(int maxLength) {
    byte[] data;
    synchronized (this) {
      requested = false;
      data = unanswered.pollFirst();
    }
    request();
    return data == null ? null : new PathResponseFrame(connection.quicVersion.getVersion(), data);
  }

  /**
   * Makes a challenge for one path, to be sent along it in a datagram of at least 1200 bytes.
   *
   * @param whenValid runs on the receiving thread when the peer has answered
   */
  public PathChallengeFrame challenge(Runnable whenValid) {
    byte[] data = new byte[DATA_BYTES];
    RANDOM.nextBytes(data);
    synchronized (this) {
      challenged = true;
      if (validations.size() == MAX_WAITING) {
        validations.removeFirst();
      }
      validations.addLast(new Validation(data, whenValid));
    }
    return new PathChallengeFrame(connection.quicVersion.getVersion(), data);
  }

  void process(PathResponseFrame frame) {
    Validation valid = null;
    boolean unexpected;
    synchronized (this) {
      unexpected = !challenged;
      for (Validation validation : validations) {
        if (Arrays.equals(validation.data(), frame.getData())) {
          valid = validation;
        }
      }
      validations.remove(valid);
    }
    if (valid != null) {
      valid.whenValid().run();
    } else if (unexpected) {
      // RFC 9000 §19.18: an answer to no challenge may be a PROTOCOL_VIOLATION.
      LoomHooks.close(
          connection, TransportErrorCode.PROTOCOL_VIOLATION, "PATH_RESPONSE without a challenge");
    }
  }
}
