package dev.heddle.http3.datagram;

import dev.heddle.http3.diag.DatagramContextClosedEvent;
import dev.heddle.http3.diag.DatagramContextOpenedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The datagrams of one context on their way to readers: a ring for those in QUIC datagrams, whose
 * producer is the receive path, and one for those in capsules, whose producer is the session's
 * capsule thread. Any number of threads read; any thread closes.
 */
public final class DatagramInbox {
  private static final Duration NEVER = Duration.ofDays(36_500);
  private static final Received END = new Received(new byte[0], false);

  private final long streamId;
  private final long contextId;
  private final int capacity;
  private final DropPolicy policy;
  private final Drops drops;
  private final DatagramRing quic;
  private final Waiters readers = new Waiters();
  private final Supplier<Received> attempt = this::pollOrEnd;
  private final AtomicReference<Supplier<? extends IOException>> end = new AtomicReference<>();
  private volatile DatagramRing capsules; // made by the capsule thread for the first one
  private volatile EarlyBuffer opening; // null once the producers have the rings

  /**
   * An inbox that takes datagrams once a {@link SessionDatagrams} has it.
   *
   * @param contextId -1 for a session without contexts
   * @param capacity datagrams that wait for a reader, rounded up to a power of two; those in
   *     capsules as many again
   */
  public DatagramInbox(long streamId, long contextId, int capacity, DropPolicy policy) {
    this.streamId = streamId;
    this.contextId = contextId;
    this.capacity = capacity;
    this.policy = policy;
    this.drops = new Drops(streamId, contextId);
    this.quic = new DatagramRing(capacity, policy);
  }

  /** From here on what the producers deliver waits, until {@link #opened}. */
  void opening() {
    EarlyLimits limits = new EarlyLimits(capacity, Integer.MAX_VALUE, NEVER);
    opening = new EarlyBuffer(limits, drops, System::nanoTime);
    DatagramContextOpenedEvent.emit(streamId, contextId);
  }

  /** Delivers these, then what came meanwhile, then leaves the rings to their producers. */
  void opened(List<EarlyDatagram> earlier) {
    EarlyBuffer meanwhile = opening;
    List<EarlyDatagram> next = earlier;
    do {
      for (EarlyDatagram datagram : next) {
        put(datagram.inCapsule() ? capsuleRing() : quic, datagram.payload());
      }
      next = meanwhile.take(any -> true);
    } while (!next.isEmpty() || !meanwhile.closeIfEmpty());
    opening = null;
  }

  /** Takes a datagram (the receive path), whose array belongs to the inbox from now on. */
  void deliver(byte[] payload) {
    EarlyBuffer waiting = opening;
    if (waiting == null || !waiting.add(streamId, payload, false)) {
      put(quic, payload);
    }
  }

  /** Takes the datagram of a capsule (the capsule thread). */
  void deliverCapsule(byte[] payload) {
    EarlyBuffer waiting = opening;
    if (waiting == null || !waiting.add(streamId, payload, true)) {
      put(capsuleRing(), payload);
    }
  }

  private DatagramRing capsuleRing() {
    if (capsules == null) {
      DatagramRing ring = new DatagramRing(capacity, policy);
      capsules = ring;
      if (end.get() != null) {
        ring.close(); // closing may have looked before
      }
    }
    return capsules;
  }

  private void put(DatagramRing ring, byte[] payload) {
    switch (ring.offer(payload)) {
      case STORED -> readers.wakeOne();
      case STORED_FOR_OLDEST -> {
        drops.count(DropReason.RING_FULL, payload.length);
        readers.wakeOne();
      }
      case REFUSED_FULL -> drops.count(DropReason.RING_FULL, payload.length);
      case REFUSED_CLOSED -> drops.count(DropReason.CONTEXT_CLOSED, payload.length);
    }
  }

  /**
   * Waits for a datagram.
   *
   * @throws IOException the end that the inbox was closed with, once nothing is left
   */
  public Received read() throws IOException, InterruptedException {
    return live(readers.await(attempt, Waiters.FOREVER));
  }

  /**
   * Waits for a datagram, at most for the given time.
   *
   * @return the datagram, or null when the time is over
   */
  public Received read(Duration limit) throws IOException, InterruptedException {
    return live(readers.await(attempt, TimeUnit.NANOSECONDS.convert(limit)));
  }

  /** Gives a datagram, or null if none is there. */
  public Received poll() throws IOException {
    return live(pollOrEnd());
  }

  private Received live(Received received) throws IOException {
    if (received == END) {
      throw end.get().get();
    }
    return received;
  }

  private Received pollOrEnd() {
    Received received = pollRings();
    if (received != null || end.get() == null) {
      return received;
    }
    // What is empty after it was closed stays empty.
    closeRings();
    received = pollRings();
    return received != null ? received : END;
  }

  private Received pollRings() {
    byte[] payload = quic.poll();
    if (payload != null) {
      return new Received(payload, false);
    }
    DatagramRing ring = capsules;
    payload = ring == null ? null : ring.poll();
    return payload == null ? null : new Received(payload, true);
  }

  /**
   * Takes nothing more. What has arrived can be read, then readers get the end. The first counts.
   */
  public void close(Supplier<? extends IOException> how) {
    if (end.compareAndSet(null, how)) {
      closeRings();
      readers.wakeAll();
      DatagramContextClosedEvent.emit(streamId, contextId, received(), drops.total());
    }
  }

  /** Takes nothing more, and drops what nobody has read. */
  public void discard(Supplier<? extends IOException> how) {
    close(how);
    drain(quic);
    DatagramRing ring = capsules;
    if (ring != null) {
      drain(ring);
    }
  }

  private void drain(DatagramRing ring) {
    ring.close();
    for (int bytes = ring.remove(); bytes >= 0; bytes = ring.remove()) {
      drops.count(DropReason.CONTEXT_CLOSED, bytes);
    }
  }

  private void closeRings() {
    quic.close();
    DatagramRing ring = capsules;
    if (ring != null) {
      ring.close();
    }
  }

  /** Whether it takes nothing more. */
  public boolean closed() {
    return end.get() != null;
  }

  /** Datagrams that came for this context, delivered or not. */
  public long received() {
    DatagramRing ring = capsules;
    return quic.received()
        + (ring == null ? 0 : ring.received())
        + drops.of(DropReason.EARLY_FULL)
        + drops.of(DropReason.EARLY_EXPIRED);
  }

  /** Datagrams that readers got. */
  public long delivered() {
    DatagramRing ring = capsules;
    return quic.delivered() + (ring == null ? 0 : ring.delivered());
  }

  /** Datagrams that were dropped for this reason. */
  public long dropped(DropReason reason) {
    return drops.of(reason);
  }
}
