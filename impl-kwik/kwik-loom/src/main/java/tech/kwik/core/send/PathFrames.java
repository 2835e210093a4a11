package tech.kwik.core.send;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.packet.QuicPacket;
import tech.kwik.core.udp.LeafLock;

/**
 * PATH_CHALLENGE and PATH_RESPONSE frames that wait, each for its path (RFC 9000 §8.2). Any thread
 * adds, who has the turn takes. The latest few of each kind are kept: a peer that floods makes this
 * grow no further.
 */
final class PathFrames {

  static final int MAX_WAITING = 8;

  /** Bytes of a frame of each kind. */
  static final int LONGEST = 2 * 9;

  /** A frame, its path, and whom to tell if it is lost. */
  record Waiting(Path path, QuicFrame frame, Consumer<QuicFrame> lost) {}

  private final LeafLock lock = new LeafLock();

  // Guarded by lock.
  private final Deque<Waiting> challenges = new ArrayDeque<>(MAX_WAITING);
  private final Deque<Waiting> responses = new ArrayDeque<>(MAX_WAITING);

  private volatile boolean waiting;

  void add(Path path, QuicFrame frame, Consumer<QuicFrame> lost) {
    try (var _ = lock.hold()) {
      Deque<Waiting> queue = frame instanceof Challenge ? challenges : responses;
      if (queue.size() == MAX_WAITING) {
        queue.removeFirst();
      }
      queue.addLast(new Waiting(path, frame, lost));
      waiting = true;
    }
  }

  boolean isWaiting() {
    return waiting;
  }

  boolean isWaitingFor(Path path) {
    if (!waiting) {
      return false;
    }
    try (var _ = lock.hold()) {
      return any(challenges, path) || any(responses, path);
    }
  }

  private static boolean any(Deque<Waiting> queue, Path path) {
    for (Waiting each : queue) {
      if (each.path == path) {
        return true;
      }
    }
    return false;
  }

  /** A frame of each kind at most, for this path. */
  List<Waiting> take(Path path) {
    List<Waiting> taken = new ArrayList<>(2);
    try (var _ = lock.hold()) {
      take(path, challenges, taken);
      take(path, responses, taken);
      waiting = !challenges.isEmpty() || !responses.isEmpty();
    }
    return taken;
  }

  /** The same for any path with room but this one, or nothing. */
  List<Waiting> takeBeside(Path inUse) {
    Path other;
    try (var _ = lock.hold()) {
      other = firstBeside(inUse, challenges);
      if (other == null) {
        other = firstBeside(inUse, responses);
      }
    }
    return other == null ? List.of() : take(other);
  }

  private static Path firstBeside(Path inUse, Deque<Waiting> queue) {
    for (Waiting each : queue) {
      if (each.path != inUse && each.path.hasRoom()) {
        return each.path;
      }
    }
    return null;
  }

  private static void take(Path path, Deque<Waiting> from, List<Waiting> to) {
    for (Iterator<Waiting> all = from.iterator(); all.hasNext(); ) {
      Waiting each = all.next();
      if (each.path == path) {
        all.remove();
        to.add(each);
        return;
      }
    }
  }

  /** Adds frames to a packet, and returns whom to tell if it is lost. */
  static SentFrames addTo(QuicPacket packet, List<Waiting> frames) {
    SentFrames sent = null;
    for (Waiting each : frames) {
      packet.addFrame(each.frame);
      sent = new SentFrames(each.frame, each.lost, sent);
    }
    return sent;
  }

  /** These leave in a datagram of at least 1200 bytes. */
  static void noteExpanded(List<Waiting> frames) {
    for (Waiting each : frames) {
      if (each.frame instanceof Challenge challenge) {
        challenge.expand();
      }
    }
  }

  void clear() {
    try (var _ = lock.hold()) {
      challenges.clear();
      responses.clear();
      waiting = false;
    }
  }
}
