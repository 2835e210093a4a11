package tech.kwik.core.impl;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.frame.PathChallengeFrame;
import tech.kwik.core.frame.PathResponseFrame;
import tech.kwik.core.send.Challenge;
import tech.kwik.core.send.Path;
import tech.kwik.core.send.Sender;

/**
 * The path challenges of a connection (RFC 9000 §8.2), of both sides. Any thread.
 *
 * <p>A peer that challenges faster than answers leave gets the latest few answered, which wait with
 * the sender.
 */
public final class Paths {

  private static final int MAX_WAITING = 8;
  private static final int DATA_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final QuicConnectionImpl connection;
  private final PeerAddress peerAddress;

  // Guarded by this.
  private final Deque<Validation> validations = new ArrayDeque<>(MAX_WAITING);
  private boolean challenged;

  private record Validation(Challenge challenge, Consumer<Challenge> whenValid) {}

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
  void process(PathChallengeFrame frame, InetSocketAddress from) {
    // RFC 9000 §8.2.2: the answer takes the path that the challenge has come along.
    Path path = peerAddress.pathTo(from);
    if (path != null) {
      // RFC 9000 §13.3: a lost answer is not repeated, the peer challenges again.
      var response = new PathResponseFrame(connection.quicVersion.getVersion(), frame.getData());
      connection.getSender().sendOn(path, response, Sender.NO_RETRANSMIT);
    }
  }

  /**
   * Challenges the peer along a path, in a datagram of at least 1200 bytes if the path may have it.
   *
   * @param whenValid runs on the receiving thread when the peer has answered
   * @param whenLost runs if the challenge is lost
   */
  public void challenge(Path path, Consumer<Challenge> whenValid, Runnable whenLost) {
    byte[] data = new byte[DATA_BYTES];
    RANDOM.nextBytes(data);
    Challenge challenge = new Challenge(connection.quicVersion.getVersion(), data);
    synchronized (this) {
      challenged = true;
      if (validations.size() == MAX_WAITING) {
        validations.removeFirst();
      }
      validations.addLast(new Validation(challenge, whenValid));
    }
    connection.getSender().sendOn(path, challenge, lost -> whenLost.run());
  }

  void process(PathResponseFrame frame) {
    Validation valid = null;
    boolean unexpected;
    synchronized (this) {
      unexpected = !challenged;
      for (Validation validation : validations) {
        if (Arrays.equals(validation.challenge().getData(), frame.getData())) {
          valid = validation;
        }
      }
      validations.remove(valid);
    }
    if (valid != null) {
      valid.whenValid().accept(valid.challenge());
    } else if (unexpected) {
      // RFC 9000 §19.18: an answer to no challenge may be a PROTOCOL_VIOLATION.
      LoomHooks.close(
          connection, TransportErrorCode.PROTOCOL_VIOLATION, "PATH_RESPONSE without a challenge");
    }
  }
}
