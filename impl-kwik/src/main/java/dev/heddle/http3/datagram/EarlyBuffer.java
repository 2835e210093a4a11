package dev.heddle.http3.datagram;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Datagrams that came too early, in order of arrival, bounded by count, bytes and time. Any thread;
 * lock-free: the content is an immutable array that each change replaces.
 */
final class EarlyBuffer {
  private static final EarlyDatagram[] EMPTY = {};
  private static final EarlyDatagram[] CLOSED = {};

  private final EarlyLimits limits;
  private final long limitNanos;
  private final Drops drops;
  private final LongSupplier clock;
  private final AtomicReference<EarlyDatagram[]> content = new AtomicReference<>(EMPTY);

  /** An empty buffer that counts what it drops in {@code drops}. */
  EarlyBuffer(EarlyLimits limits, Drops drops, LongSupplier clock) {
    this.limits = limits;
    this.limitNanos = limits.time().toNanos();
    this.drops = drops;
    this.clock = clock;
  }

  /**
   * Adds a datagram that comes now, or drops it if there is no room.
   *
   * @return whether the buffer was open
   */
  boolean add(long streamId, byte[] payload, boolean inCapsule) {
    EarlyDatagram datagram = new EarlyDatagram(streamId, payload, inCapsule, clock.getAsLong());
    while (true) {
      EarlyDatagram[] before = content.get();
      if (before == CLOSED) {
        return false;
      }
      EarlyDatagram[] live = live(before, datagram.arrivalNanos());
      EarlyDatagram[] after = hasRoom(live, payload.length) ? with(live, datagram) : live;
      if (content.compareAndSet(before, after)) {
        dropExpired(before, live, unused -> {});
        if (after == live) {
          drops.count(DropReason.EARLY_FULL, payload.length);
        }
        return true;
      }
    }
  }

  private boolean hasRoom(EarlyDatagram[] live, int bytes) {
    long total = bytes;
    for (EarlyDatagram datagram : live) {
      total += datagram.payload().length;
    }
    return live.length < limits.datagrams() && total <= limits.bytes();
  }

  private static EarlyDatagram[] with(EarlyDatagram[] live, EarlyDatagram datagram) {
    EarlyDatagram[] after = Arrays.copyOf(live, live.length + 1);
    after[live.length] = datagram;
    return after;
  }

  /** Puts earlier datagrams in front of those that are there, as far as there is room for all. */
  void prepend(List<EarlyDatagram> earlier) {
    for (int i = earlier.size() - 1; i >= 0; i--) {
      prepend(earlier.get(i));
    }
  }

  private void prepend(EarlyDatagram datagram) {
    while (true) {
      EarlyDatagram[] before = content.get();
      if (before == CLOSED || !hasRoom(before, datagram.payload().length)) {
        drops.count(
            before == CLOSED ? DropReason.SESSION_CLOSED : DropReason.EARLY_FULL,
            datagram.payload().length);
        return;
      }
      EarlyDatagram[] after = new EarlyDatagram[before.length + 1];
      after[0] = datagram;
      System.arraycopy(before, 0, after, 1, before.length);
      if (content.compareAndSet(before, after)) {
        return;
      }
    }
  }

  /** Removes what is chosen and gives what of it is not too old, in order. */
  List<EarlyDatagram> take(Predicate<EarlyDatagram> chosen) {
    while (true) {
      EarlyDatagram[] before = content.get();
      if (before.length == 0) {
        return List.of();
      }
      EarlyDatagram[] live = live(before, clock.getAsLong());
      List<EarlyDatagram> taken = new ArrayList<>();
      List<EarlyDatagram> left = new ArrayList<>();
      for (EarlyDatagram datagram : live) {
        (chosen.test(datagram) ? taken : left).add(datagram);
      }
      if (content.compareAndSet(before, left.isEmpty() ? EMPTY : left.toArray(EMPTY))) {
        dropExpired(before, live, unused -> {});
        return taken;
      }
    }
  }

  /** Closes the buffer if nothing is in it; then {@link #add} says false for ever. */
  boolean closeIfEmpty() {
    return content.compareAndSet(EMPTY, CLOSED) || content.get() == CLOSED;
  }

  /** Drops everything, and takes nothing from now on. */
  void close(DropReason reason) {
    for (EarlyDatagram datagram : content.getAndSet(CLOSED)) {
      drops.count(reason, datagram.payload().length);
    }
  }

  /** Drops what is too old, and shows it to {@code gone}. */
  void expire(Consumer<EarlyDatagram> gone) {
    while (true) {
      EarlyDatagram[] before = content.get();
      EarlyDatagram[] live = live(before, clock.getAsLong());
      if (live == before) {
        return;
      }
      if (content.compareAndSet(before, live)) {
        dropExpired(before, live, gone);
        return;
      }
    }
  }

  /** Those that are not too old, which are the last ones; the same array if that is all. */
  private EarlyDatagram[] live(EarlyDatagram[] all, long now) {
    int first = 0;
    while (first < all.length && now - all[first].arrivalNanos() > limitNanos) {
      first++;
    }
    return first == 0
        ? all
        : first == all.length ? EMPTY : Arrays.copyOfRange(all, first, all.length);
  }

  private void dropExpired(
      EarlyDatagram[] before, EarlyDatagram[] live, Consumer<EarlyDatagram> gone) {
    for (int i = 0; i < before.length - live.length; i++) {
      drops.count(DropReason.EARLY_EXPIRED, before[i].payload().length);
      gone.accept(before[i]);
    }
  }
}
