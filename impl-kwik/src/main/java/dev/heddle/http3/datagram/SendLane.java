package dev.heddle.http3.datagram;

import dev.heddle.http3.wire.VarInt;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The datagrams of one context on their way to packets, in order of writing. Any number of threads
 * write, any thread closes; the queue's consumer takes.
 *
 * <p>A datagram is counted before it is added and until it has left. The first needs no room of the
 * queue, so whoever has to wait, waits for one that is there and will leave.
 */
public final class SendLane {
  private enum Outcome {
    WRITTEN,
    ENDED
  }

  private final SendQueue queue;
  private final SendQueue.Group group;
  private final int capacity;
  private final byte[] prefix;
  private final Drops drops;
  private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final Waiters writers = new Waiters();
  private final AtomicReference<Supplier<? extends IOException>> end = new AtomicReference<>();
  private volatile boolean discarded;

  SendLane(SendQueue queue, SendQueue.Group group, int capacity, long streamId, long contextId) {
    this.queue = queue;
    this.group = group;
    this.capacity = capacity;
    this.prefix = prefix(streamId, contextId);
    this.drops = new Drops(streamId, contextId);
  }

  private static byte[] prefix(long streamId, long contextId) {
    long quarterStreamId = streamId >> 2;
    int context = contextId < 0 ? 0 : VarInt.size(contextId);
    byte[] prefix = new byte[VarInt.size(quarterStreamId) + context];
    int offset = VarInt.encode(quarterStreamId, prefix, 0);
    if (context > 0) {
      VarInt.encode(contextId, prefix, offset);
    }
    return prefix;
  }

  /** Bytes in front of each payload: quarter stream id and context id. */
  public int prefixBytes() {
    return prefix.length;
  }

  byte[] prefix() {
    return prefix;
  }

  SendQueue.Group group() {
    return group;
  }

  /**
   * Adds a datagram, whose array belongs to the lane from now on, unless there is no room.
   *
   * @return whether there was room
   * @throws IOException the lane's end
   */
  public boolean tryWrite(byte[] payload) throws IOException {
    return live(attempt(payload)) != null;
  }

  /**
   * Adds a datagram, whose array belongs to the lane from now on, and waits for room.
   *
   * @throws IOException the lane's end
   */
  public void write(byte[] payload) throws IOException, InterruptedException {
    if (!tryWrite(payload)) {
      live(writers.await(() -> attempt(payload), Waiters.FOREVER));
    }
  }

  private Outcome live(Outcome outcome) throws IOException {
    if (outcome == Outcome.ENDED) {
      throw end.get().get();
    }
    return outcome;
  }

  private Outcome attempt(byte[] payload) {
    if (end.get() != null) {
      return Outcome.ENDED;
    }
    if (!counted()) {
      return null;
    }
    waiting.add(payload);
    if (discarded) {
      drain(); // which may have been too early for this one
    } else if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      queue.arrived(this);
    }
    return Outcome.WRITTEN;
  }

  private boolean counted() {
    while (true) {
      int now = count.get();
      if (now == 0) {
        if (count.compareAndSet(0, 1)) {
          return true;
        }
      } else if (now >= capacity || !queue.takeRoom()) {
        return false;
      } else if (count.compareAndSet(now, now + 1)) {
        return true;
      } else {
        queue.giveRoom();
      }
    }
  }

  /** One datagram has left (whoever took it). */
  void leave() {
    if (count.getAndDecrement() > 1) {
      queue.giveRoom();
    }
    writers.wakeOne();
  }

  /** Takes the first datagram, which counts until {@link #leave}. */
  byte[] poll() {
    return waiting.poll();
  }

  /** Whether there is more to take (the consumer); otherwise a writer schedules the lane anew. */
  boolean staysScheduled() {
    if (!waiting.isEmpty()) {
      return true;
    }
    if (end.get() != null) {
      queue.forget(this);
    }
    scheduled.set(false);
    return !waiting.isEmpty() && scheduled.compareAndSet(false, true);
  }

  void wasSent() {
    sent.lazySet(sent.getPlain() + 1); // the consumer alone writes it
  }

  void dropped(byte[] payload, DropReason reason) {
    drops.count(reason, payload.length);
  }

  boolean discarded() {
    return discarded;
  }

  /** Takes nothing more; writers get the end, and what waits still leaves. The first end counts. */
  public void close(Supplier<? extends IOException> how) {
    if (end.compareAndSet(null, how)) {
      writers.wakeAll();
      if (count.get() == 0) {
        queue.forget(this);
      }
    }
  }

  /** Takes nothing more, and drops what waits. */
  public void discard(Supplier<? extends IOException> how) {
    close(how);
    discarded = true;
    drain();
    queue.forget(this);
  }

  private void drain() {
    for (byte[] payload = waiting.poll(); payload != null; payload = waiting.poll()) {
      dropped(payload, DropReason.SEND_CLOSED);
      leave();
    }
  }

  /** Datagrams that were put into packets. */
  public long sent() {
    return sent.get();
  }

  /** Datagrams that were dropped for this reason. */
  public long dropped(DropReason reason) {
    return drops.of(reason);
  }
}
