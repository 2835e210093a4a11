package dev.heddle.http3.datagram;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The datagrams of one connection on their way to packets. Any number of threads write, through
 * {@link SendLane}s; one consumer at a time, whoever holds the transport's send lock, calls {@link
 * #nextBytes}, {@link #writeNext} and {@link #discardNext}.
 *
 * <p>Each context has a lane, in which order is kept. Sessions take turns, and in a session its
 * contexts. Lanes share the capacity, but each has one place of its own, so that nobody can lock
 * another out; at most capacity and one for each lane wait.
 */
public final class SendQueue {
  /** What {@link #nextBytes} says where nothing waits. */
  public static final int NONE = -1;

  /** The lanes of one session. */
  public final class Group {
    // Those of the consumer.
    private final ArrayDeque<SendLane> lanes = new ArrayDeque<>(2);
    private boolean inRotation;

    private Group() {}

    /**
     * Makes the lane of a context.
     *
     * @param contextId -1 for a session without contexts
     */
    public SendLane lane(long streamId, long contextId) {
      SendLane lane = new SendLane(SendQueue.this, this, perContext, streamId, contextId);
      open.add(lane);
      Supplier<? extends IOException> ended = end;
      if (ended != null) {
        lane.discard(ended);
      }
      return lane;
    }
  }

  private final int perContext;
  private final Runnable ready;
  private final AtomicInteger room;
  private final Queue<SendLane> arrivals = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean idle = new AtomicBoolean(true);
  private final Set<SendLane> open = ConcurrentHashMap.newKeySet();
  private volatile Supplier<? extends IOException> end;

  // Those of the consumer.
  private final ArrayDeque<Group> rotation = new ArrayDeque<>();
  private SendLane lane;
  private byte[] payload;

  /**
   * An empty queue.
   *
   * @param capacity datagrams that may wait, beside one for each lane
   * @param perContext datagrams that may wait in one lane, at least 1
   * @param ready runs on a writer's thread when something waits again after {@link #nextBytes} has
   *     said {@link #NONE}, and at the first datagram
   */
  public SendQueue(int capacity, int perContext, Runnable ready) {
    if (capacity < 0 || perContext < 1) {
      throw new IllegalArgumentException("no room: " + capacity + ", " + perContext);
    }
    this.room = new AtomicInteger(capacity);
    this.perContext = perContext;
    this.ready = ready;
  }

  /** A place in the rotation for one session. */
  public Group session() {
    return new Group();
  }

  /**
   * The size of the datagram whose turn it is, with all that stands in front of its payload, or
   * {@link #NONE}. It stays the next one until it is written or discarded, or its lane is.
   */
  public int nextBytes() {
    if (payload != null && lane.discarded()) {
      lane.dropped(payload, DropReason.SEND_CLOSED);
      taken();
    }
    return payload == null && !select() ? NONE : lane.prefixBytes() + payload.length;
  }

  /** Writes the datagram whose size {@link #nextBytes} gave. */
  public void writeNext(ByteBuffer packet) {
    requireNext();
    packet.put(lane.prefix()).put(payload);
    lane.wasSent();
    taken();
  }

  /** Drops the datagram whose size {@link #nextBytes} gave, because no packet is large enough. */
  public void discardNext() {
    requireNext();
    lane.dropped(payload, DropReason.SEND_TOO_LARGE);
    taken();
  }

  private void requireNext() {
    if (payload == null) {
      throw new IllegalStateException("there is no next datagram: ask nextBytes first");
    }
  }

  private void taken() {
    SendLane from = lane;
    lane = null;
    payload = null;
    from.leave();
  }

  private boolean select() {
    while (true) {
      admitArrivals();
      Group group = rotation.poll();
      if (group == null) {
        idle.set(true);
        if (arrivals.isEmpty() || !idle.compareAndSet(true, false)) {
          return false; // in the second case a writer is about to call ready
        }
        continue;
      }
      SendLane next = group.lanes.remove();
      byte[] first = next.poll();
      if (next.staysScheduled()) {
        group.lanes.add(next);
      }
      group.inRotation = !group.lanes.isEmpty();
      if (group.inRotation) {
        rotation.add(group);
      }
      if (first != null) {
        lane = next;
        payload = first;
        return true;
      }
    }
  }

  private void admitArrivals() {
    for (SendLane next = arrivals.poll(); next != null; next = arrivals.poll()) {
      Group group = next.group();
      group.lanes.add(next);
      if (!group.inRotation) {
        group.inRotation = true;
        rotation.add(group);
      }
    }
  }

  /** Takes a lane that got its first datagram (a writer). */
  void arrived(SendLane next) {
    arrivals.add(next);
    if (idle.get() && idle.compareAndSet(true, false)) {
      ready.run();
    }
  }

  boolean takeRoom() {
    int left = room.get();
    while (left > 0) {
      if (room.compareAndSet(left, left - 1)) {
        return true;
      }
      left = room.get();
    }
    return false;
  }

  void giveRoom() {
    room.getAndIncrement();
  }

  /** Forgets a lane that has ended and is empty. */
  void forget(SendLane ended) {
    open.remove(ended);
  }

  /** Ends every lane, also those to come, and drops what waits: the connection is over. */
  public void close(Supplier<? extends IOException> how) {
    if (end == null) {
      end = how;
    }
    for (SendLane each : open) {
      each.discard(how);
    }
  }
}
