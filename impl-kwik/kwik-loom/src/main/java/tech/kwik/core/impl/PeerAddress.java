package tech.kwik.core.impl;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.frame.NewConnectionIdFrame;
import tech.kwik.core.frame.Padding;
import tech.kwik.core.frame.PathChallengeFrame;
import tech.kwik.core.frame.PathResponseFrame;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.packet.ShortHeaderPacket;
import tech.kwik.core.send.Path;
import tech.kwik.core.send.SenderImpl;

/**
 * Where a server's client is (RFC 9000 §9). When the client's newest packet comes from another
 * address, as after a NAT has forgotten it, packets go there from then on, few of them until the
 * client has answered a challenge, and back to where they went before if it does not.
 */
final class PeerAddress {

  /** RFC 9000 §8: what may be sent to an address that nobody has confirmed. */
  private static final int AMPLIFICATION = 3;

  private static final long MIN_VALIDATION_MILLIS = 1_000;

  private final QuicConnectionImpl connection;
  private final Paths paths;
  private final Alarm alarm = new Alarm(this::giveUp);

  /** Of the receiving thread. */
  private long largest = -1;

  private volatile InetSocketAddress current;
  private volatile boolean validating;

  /** The last that the client has confirmed; guarded by this. */
  private InetSocketAddress validated;

  private boolean over; // guarded by this

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
    InetSocketAddress known = current;
    if (known == null) {
      known = connection.getSender().peer();
      current = known;
    }
    if (from == known || from.equals(known)) {
      if (validating) {
        connection.getSender().allowMore(AMPLIFICATION * packet.getSize());
      }
    } else if (newest && !isProbing(packet.getFrames())) {
      // RFC 9000 §9.3: only the newest packet, and none that probes, moves a connection.
      move(from, packet.getSize());
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

  private synchronized void move(InetSocketAddress to, int bytes) {
    if (over) {
      return;
    }
    SenderImpl sender = connection.getSender();
    if (!validating) {
      validated = current;
    }
    current = to;
    if (to.equals(validated)) {
      validating = false;
      alarm.off();
      sender.changePath(Path.to(to));
      return;
    }
    validating = true;
    sender.changePath(Path.to(to, AMPLIFICATION * bytes));
    challenge(to);
    // RFC 9000 §8.2.4: three probe time-outs at least.
    long millis = Math.max(MIN_VALIDATION_MILLIS, 3L * sender.getPto());
    alarm.at(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void challenge(InetSocketAddress address) {
    PathChallengeFrame frame = paths.challenge(() -> confirmed(address));
    connection.send(frame, lost -> challengeLost(address));
  }

  private void challengeLost(InetSocketAddress address) {
    if (validating && address.equals(current)) {
      challenge(address);
    }
  }

  private synchronized void confirmed(InetSocketAddress address) {
    if (validating && address.equals(current)) {
      validating = false;
      validated = address;
      alarm.off();
      connection.getSender().unsetAntiAmplificationLimit();
    }
  }

  /** Runs on the timer thread. */
  private void giveUp() {
    synchronized (this) {
      if (!validating) {
        return;
      }
      validating = false;
      current = validated;
      connection.getSender().changePath(Path.to(validated));
    }
    connection.getSender().flush();
  }

  synchronized void end() {
    over = true;
    alarm.off();
  }
}
