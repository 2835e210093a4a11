package tech.kwik.core.send;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import tech.kwik.core.frame.QuicFrame;

/**
 * What waits to leave with the keys of one level, in order. Any thread adds; the thread that has
 * the turn takes.
 */
final class RequestQueue {

  /** Datagrams of kwik's own interface that wait; more are dropped, the oldest first. */
  private static final int MAX_URGENT = 1_024;

  private static final int MAX_PROBES = 2;

  /** A frame, or what makes one that fits into the space that is left in a packet. */
  record Request(
      QuicFrame frame,
      Function<Integer, QuicFrame> supplier,
      int minimum,
      Consumer<QuicFrame> lost) {

    QuicFrame frame(int space) {
      return frame != null ? frame : supplier.apply(space);
    }
  }

  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Queue<Request> urgent = new ConcurrentLinkedQueue<>();
  private final Queue<List<QuicFrame>> probes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger urgentCount = new AtomicInteger();

  void add(QuicFrame frame, Consumer<QuicFrame> lost) {
    if (frame == null) {
      return; // kwik repeats the farewell of a connection that went without one
    }
    requests.add(new Request(frame, null, frame.getFrameLength(), lost));
  }

  void add(Function<Integer, QuicFrame> supplier, int minimum, Consumer<QuicFrame> lost) {
    requests.add(new Request(null, supplier, minimum, lost));
  }

  /** Ahead of the others, in order among themselves. */
  void addUrgent(QuicFrame frame, Consumer<QuicFrame> lost) {
    urgent.add(new Request(frame, null, frame.getFrameLength(), lost));
    if (urgentCount.incrementAndGet() > MAX_URGENT && urgent.poll() != null) {
      urgentCount.decrementAndGet();
    }
  }

  /** Frames to repeat, or none for a PING: leaves whatever the congestion window says. */
  void addProbe(List<QuicFrame> frames) {
    // RFC 9002 §6.2.4: two per time-out; more only pile up where nothing may leave.
    if (probes.size() < MAX_PROBES) {
      probes.add(frames);
    }
  }

  boolean hasProbe() {
    return !probes.isEmpty();
  }

  List<QuicFrame> takeProbe() {
    return probes.poll();
  }

  boolean hasRequests() {
    return !requests.isEmpty() || !urgent.isEmpty();
  }

  /** The next request if it fits into so many bytes, or null. */
  Request take(int space) {
    Request next;
    while ((next = urgent.peek()) != null && next.minimum <= space) {
      // Unless it was dropped at this moment, for want of room.
      if (urgent.remove(next)) {
        urgentCount.decrementAndGet();
        return next;
      }
    }
    next = requests.peek();
    if (next == null || next.minimum > space) {
      return null;
    }
    requests.poll();
    return next;
  }

  /** Drops datagrams that not even an empty packet, of so many bytes, can hold. */
  void dropUrgentAbove(int space) {
    Request next;
    while ((next = urgent.peek()) != null && next.minimum > space) {
      if (urgent.remove(next)) {
        urgentCount.decrementAndGet();
      }
    }
  }

  void clear() {
    requests.clear();
    urgent.clear();
    probes.clear();
    urgentCount.set(0);
  }
}
