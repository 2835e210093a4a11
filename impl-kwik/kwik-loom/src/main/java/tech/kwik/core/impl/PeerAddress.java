package tech.kwik.core.impl;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.cid.ConnectionIdManager;
import tech.kwik.core.frame.NewConnectionIdFrame;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.PathChallengeFrame;
import tech.kwik.core.frame.PathResponseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.packet.ShortHeaderPacket;
import tech.kwik.core.send.Challenge;
import tech.kwik.core.send.Path;
import tech.kwik.core.send.SenderImpl;

/**
 * Where a server's client is (RFC 9000 §9). When the client's newest packet comes from another
 * address, as after a NAT has forgotten it, packets go there from then on, few of them until the
 * client has answered a challenge, and back to where they went before if it does not. An address
 * that the client only probes gets its challenges answered and nothing else.
 */
final class PeerAddress {

  /** RFC 9000 §8: what may be sent to an address that nobody has confirmed. */
  private static final int AMPLIFICATION = 3;

  private static final int MAX_OTHERS = 4;
  private static final int ATTEMPTS = 3;
  private static final long MIN_ATTEMPT_MILLIS = 350;

  private final QuicConnectionImpl connection;
  private final Paths paths;
  private final Alarm alarm = new Alarm(this::unanswered);

  /** Of the receiving thread. */
  private long largest = -1;

  /** Which of this side's ids the client uses on the current path; of the receiving thread. */
  private byte[] idInUse;

  private volatile Path current;
  private volatile boolean validating;

  // Guarded by this.
  /** The last that the client has confirmed. */
  private Path validated;

  /** Those that the client probes, or has left without having confirmed another; latest last. */
  private final Deque<Path> others = new ArrayDeque<>(MAX_OTHERS);

  private int attempts;
  private boolean over;

  PeerAddress(QuicConnectionImpl connection, Paths paths) {
    this.connection = connection;
    this.paths = paths;
  }

  /** A packet of the client was decrypted, and comes for the first time. */
  void received(ShortHeaderPacket packet, InetSocketAddress from) {
    long number = packet.getPacketNumber();
    boolean newest = number > largest;
    if (newest) {
      largest = number;
    }
    Path known = current;
    if (known == null) {
      known = connection.getSender().path();
      current = known;
      idInUse = connection.getConnectionIdManager().getCurrentConnectionId();
    }
    if (from == known.address() || from.equals(known.address())) {
      if (newest) {
        idInUse = packet.getDestinationConnectionId();
      }
      if (validating) {
        connection.getSender().allowMore(AMPLIFICATION * packet.getSize());
      }
    } else if (newest && !isProbing(packet.getFrames())) {
      // RFC 9000 §9.3: only the newest packet, and none that probes, moves a connection.
      move(from, packet);
    } else {
      receivedElsewhere(packet, from);
    }
  }

  /** RFC 9000 §9.1. */
  private static boolean isProbing(List<QuicFrame> frames) {
    for (int i = 0; i < frames.size(); i++) {
      QuicFrame frame = frames.get(i);
      boolean probing =
          frame instanceof PathChallengeFrame
              || frame instanceof PathResponseFrame
              || frame instanceof NewConnectionIdFrame
              || frame instanceof Padding;
      if (!probing) {
        return false;
      }
    }
    return true;
  }

  private static boolean challenges(List<QuicFrame> frames) {
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i) instanceof PathChallengeFrame) {
        return true;
      }
    }
    return false;
  }

  /** A packet that does not move the connection has come along another path. */
  private synchronized void receivedElsewhere(ShortHeaderPacket packet, InetSocketAddress from) {
    int allowance = AMPLIFICATION * packet.getSize();
    Path path = known(from);
    if (path != null) {
      path.connectionId(idOf(path)); // the client may have had it retired
      path.allowMore(allowance);
    } else if (challenges(packet.getFrames())) {
      keep(Path.to(from, idFor(packet), allowance));
    }
  }

  /** The path to an address from which a packet has come, or null if it is of no interest. */
  Path pathTo(InetSocketAddress address) {
    Path path = current;
    if (path == null) {
      return connection.getSender().path(); // of a client, which has but one
    }
    if (address.equals(path.address())) {
      return path;
    }
    synchronized (this) {
      return known(address);
    }
  }

  private Path known(InetSocketAddress address) {
    if (validated != null && address.equals(validated.address())) {
      return validated;
    }
    for (Path path : others) {
      if (address.equals(path.address())) {
        return path;
      }
    }
    return null;
  }

  private void keep(Path path) {
    if (others.size() == MAX_OTHERS) {
      leave(others.removeFirst());
    }
    others.addLast(path);
  }

  private void leave(Path path) {
    if (!Arrays.equals(path.connectionId(), idOf(current))) {
      connection.getConnectionIdManager().retirePeerId(path.connectionId());
    }
  }

  /** The client's id for a path that a packet has come along for the first time. */
  private byte[] idFor(ShortHeaderPacket packet) {
    byte[] unused = null;
    // RFC 9000 §9.5: another id for another path, unless a NAT has done what looks like one.
    if (!Arrays.equals(packet.getDestinationConnectionId(), idInUse)) {
      unused = connection.getConnectionIdManager().takeUnusedPeerId();
      if (unused == null && !others.isEmpty()) {
        leave(others.removeFirst()); // so that the client issues another
      }
    }
    return unused == null ? idOf(current) : unused;
  }

  private byte[] idOf(Path path) {
    ConnectionIdManager ids = connection.getConnectionIdManager();
    byte[] id = path.connectionId();
    return id != null && ids.isPeerId(id) ? id : ids.getCurrentPeerConnectionId();
  }

  private synchronized void move(InetSocketAddress to, ShortHeaderPacket packet) {
    if (over) {
      return;
    }
    SenderImpl sender = connection.getSender();
    Path from = current;
    from.connectionId(idOf(from));
    if (!validating) {
      validated = from;
    }
    Path path = known(to);
    others.remove(path);
    if (path == null) {
      path = Path.to(to, idFor(packet), 0);
    }
    path.allowMore(AMPLIFICATION * packet.getSize());
    if (from != validated) {
      keep(from);
    }
    current = path;
    idInUse = packet.getDestinationConnectionId();
    validating = path != validated;
    sender.changePath(path);
    if (validating) {
      validate(path);
    } else {
      alarm.off();
    }
    // RFC 9000 §9.3.3: someone who forwards packets faster must not take the connection over; a
    // client that is still there answers, and moves the connection back by what it sends.
    paths.challenge(from, valid -> {}, () -> {});
  }

  private void validate(Path path) {
    attempts = ATTEMPTS;
    attempt(path);
  }

  /** RFC 9000 §8.2.4: a probe time-out at least, three times. */
  private void attempt(Path path) {
    attempts--;
    challenge(path);
    long millis = Math.max(MIN_ATTEMPT_MILLIS, connection.getSender().getPto());
    alarm.at(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void challenge(Path path) {
    paths.challenge(path, challenge -> answered(path, challenge), () -> challengeLost(path));
  }

  private synchronized void challengeLost(Path path) {
    if (validating && path == current && !over) {
      challenge(path);
    }
  }

  private synchronized void answered(Path path, Challenge challenge) {
    if (!validating || path != current) {
      return;
    }
    connection.getSender().unsetAntiAmplificationLimit();
    if (!challenge.isExpanded()) {
      // RFC 9000 §8.2.1: a second validation, with 1200 bytes, for a challenge that was smaller.
      validate(path);
      return;
    }
    validating = false;
    alarm.off();
    Path left = validated;
    validated = path;
    leave(left);
    others.forEach(this::leave);
    others.clear();
  }

  /** Runs on the timer thread. */
  private void unanswered() {
    synchronized (this) {
      if (!validating || over) {
        return;
      }
      if (attempts > 0) {
        attempt(current); // the challenge has arrived, perhaps, and the answer has not
      } else {
        giveUp();
      }
    }
    connection.getSender().flush();
  }

  private void giveUp() {
    validating = false;
    keep(current);
    current = validated;
    idInUse = null;
    connection.getSender().changePath(validated);
  }

  synchronized void end() {
    over = true;
    alarm.off();
  }
}
