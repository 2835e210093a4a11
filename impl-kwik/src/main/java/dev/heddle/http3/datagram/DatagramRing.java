package dev.heddle.http3.datagram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded lock-free ring: one producer at a time, any number of readers, anyone closes. Nothing
 * here waits.
 *
 * <p>Positions only grow. Readers move the head by compare-and-set after they have looked into the
 * slot: had the producer used it again meanwhile, the head would have moved. The sign bit of the
 * tail says that the ring is closed, so a datagram is either there before the close or refused, and
 * what readers find empty and closed stays so.
 *
 * <p>The array starts small and doubles up to the capacity as the ring fills.
 */
final class DatagramRing {
  /** What became of a datagram. */
  enum Outcome {
    STORED,
    /** Stored; the oldest one made room. */
    STORED_FOR_OLDEST,
    REFUSED_FULL,
    REFUSED_CLOSED
  }

  private static final int FIRST_LENGTH = 8;
  private static final long CLOSED = Long.MIN_VALUE;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(byte[][].class);
  private static final VarHandle HEAD;
  private static final VarHandle TAIL;
  private static final VarHandle REMOVED;

  static {
    try {
      var lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(DatagramRing.class, "head", long.class);
      TAIL = lookup.findVarHandle(DatagramRing.class, "tail", long.class);
      REMOVED = lookup.findVarHandle(DatagramRing.class, "removed", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int capacity;
  private final DropPolicy policy;
  private volatile byte[][]
      slots; // replaced by the producer; an array that was replaced stays as it was
  private volatile long head; // the next position to read
  private volatile long tail; // the next position to write, moved by the producer; CLOSED by anyone
  private volatile long removed; // taken from the head without being read
  private volatile long refused; // written by the producer

  /**
   * An empty ring.
   *
   * @param capacity at least 1, rounded up to a power of two
   */
  DatagramRing(int capacity, DropPolicy policy) {
    if (capacity < 1 || capacity > 1 << 30) {
      throw new IllegalArgumentException("a ring holds 1 to 2^30 datagrams, not " + capacity);
    }
    this.capacity = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
    this.policy = policy;
    this.slots = new byte[Math.min(FIRST_LENGTH, this.capacity)][];
  }

  int capacity() {
    return capacity;
  }

  /**
   * Adds a datagram (the producer). The array belongs to the ring, and must not be offered twice.
   */
  Outcome offer(byte[] datagram) {
    long position = tail;
    if (position < 0) {
      return refused(Outcome.REFUSED_CLOSED);
    }
    Outcome outcome = Outcome.STORED;
    byte[][] array = slots;
    long first = head;
    if (position - first >= array.length) {
      if (array.length < capacity) {
        array = grown(array, first, position);
      } else if (policy == DropPolicy.NEWEST) {
        return refused(Outcome.REFUSED_FULL);
      } else if (HEAD.compareAndSet(this, first, first + 1)) {
        REMOVED.getAndAdd(this, 1L);
        outcome = Outcome.STORED_FOR_OLDEST;
      }
    }
    int slot = (int) position & array.length - 1;
    SLOT.setRelease(array, slot, datagram);
    if (!TAIL.compareAndSet(this, position, position + 1)) {
      SLOT.setRelease(array, slot, null);
      return refused(Outcome.REFUSED_CLOSED);
    }
    return outcome;
  }

  private Outcome refused(Outcome why) {
    refused = refused + 1;
    return why;
  }

  private byte[][] grown(byte[][] array, long first, long end) {
    byte[][] larger = new byte[array.length * 2][];
    for (long i = first; i < end; i++) {
      larger[(int) i & larger.length - 1] =
          (byte[]) SLOT.getAcquire(array, (int) i & array.length - 1);
    }
    slots = larger;
    return larger;
  }

  /** Takes the oldest datagram (any reader), or gives null if there is none. */
  byte[] poll() {
    while (true) {
      long position = head;
      if (position >= published()) {
        return null;
      }
      byte[][] array = slots;
      int slot = (int) position & array.length - 1;
      byte[] datagram = (byte[]) SLOT.getAcquire(array, slot);
      if (HEAD.compareAndSet(this, position, position + 1)) {
        // Only if the producer has not used the slot again.
        SLOT.compareAndSet(array, slot, datagram, (byte[]) null);
        return datagram;
      }
    }
  }

  /** Drops the oldest datagram and gives its size, or -1 if there is none. */
  int remove() {
    byte[] datagram = poll();
    if (datagram == null) {
      return -1;
    }
    REMOVED.getAndAdd(this, 1L);
    return datagram.length;
  }

  /** Refuses everything from now on; what is there can still be read. */
  void close() {
    TAIL.getAndBitwiseOr(this, CLOSED);
  }

  boolean closed() {
    return tail < 0;
  }

  boolean isEmpty() {
    return head >= published();
  }

  private long published() {
    return tail & ~CLOSED;
  }

  /** Datagrams that were offered. */
  long received() {
    return published() + refused;
  }

  /** Datagrams that were read. */
  long delivered() {
    long gone = removed;
    return Math.max(0, head - gone);
  }
}
