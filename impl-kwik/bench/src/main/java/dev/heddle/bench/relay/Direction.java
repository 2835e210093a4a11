package dev.heddle.bench.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One way through the relay: a thread that receives, a ring of packets that wait, and a thread that
 * sends each when its time has come. Order is kept, and nothing limits the rate.
 */
final class Direction {
  /** The largest payload that passes: what quic-go sends at most, so that all send the same. */
  static final int MOST_BYTES = 1_452;

  private static final int SLOTS = 1 << 15;
  private static final int SLOT_BYTES = 1_536;
  private static final int LARGEST_DATAGRAM = 65_536;
  private static final long SPIN_NANOS = 60_000;

  /** Where packets come from. */
  interface Source {
    void receive(ByteBuffer into) throws IOException;
  }

  /** Where they go. */
  interface Sink {
    void send(ByteBuffer packet) throws IOException;
  }

  private final Source source;
  private final Sink sink;
  private final long delayNanos;
  private final double loss;
  private final SplittableRandom random;
  private final ByteBuffer packets = ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES);
  private final int[] lengths = new int[SLOTS];
  private final long[] dueNanos = new long[SLOTS];
  private final AtomicLong filled = new AtomicLong(); // written by the receiving thread
  private final AtomicLong emptied = new AtomicLong(); // written by the sending thread
  private final Thread receiver;
  private final Thread sender;
  private volatile boolean waiting;
  private volatile boolean over;

  private volatile long bytes;
  private volatile long lost;
  private volatile long tooLarge;
  private volatile long overflowed;
  private volatile int largest;
  private volatile long latestNanos;

  Direction(String name, Source source, Sink sink, long delayNanos, double loss, long seed) {
    this.source = source;
    this.sink = sink;
    this.delayNanos = delayNanos;
    this.loss = loss;
    this.random = new SplittableRandom(seed);
    receiver = Thread.ofPlatform().daemon().name(name + " in").unstarted(this::receive);
    sender = Thread.ofPlatform().daemon().name(name + " out").unstarted(this::send);
  }

  void start() {
    receiver.start();
    sender.start();
  }

  void stop() throws InterruptedException {
    over = true;
    LockSupport.unpark(sender);
    sender.join();
    receiver.join();
  }

  private void receive() {
    ByteBuffer packet = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    try {
      while (!over) {
        source.receive(packet.clear());
        take(packet.flip());
      }
    } catch (ClosedChannelException e) {
      // The relay is closed.
    } catch (IOException e) {
      System.err.println(Thread.currentThread().getName() + ": " + e);
    }
  }

  private void take(ByteBuffer packet) {
    int length = packet.remaining();
    long number = filled.get();
    if (length > MOST_BYTES) {
      tooLarge++;
    } else if (random.nextDouble() < loss) {
      lost++;
    } else if (number - emptied.get() == SLOTS) {
      overflowed++;
    } else {
      int slot = (int) (number % SLOTS);
      packets.put(slot * SLOT_BYTES, packet, packet.position(), length);
      lengths[slot] = length;
      dueNanos[slot] = System.nanoTime() + delayNanos;
      bytes += length;
      largest = Math.max(largest, length);
      filled.set(number + 1);
      if (waiting) {
        LockSupport.unpark(sender);
      }
    }
  }

  private void send() {
    ByteBuffer view = packets.duplicate();
    try {
      while (!over) {
        long number = emptied.get();
        if (number == filled.get()) {
          awaitPacket(number);
        } else {
          int slot = (int) (number % SLOTS);
          awaitTime(dueNanos[slot]);
          sink.send(
              view.clear().position(slot * SLOT_BYTES).limit(slot * SLOT_BYTES + lengths[slot]));
          emptied.set(number + 1);
        }
      }
    } catch (ClosedChannelException e) {
      // The relay is closed.
    } catch (IOException e) {
      System.err.println(Thread.currentThread().getName() + ": " + e);
    }
  }

  private void awaitPacket(long number) {
    waiting = true;
    while (number == filled.get() && !over) {
      LockSupport.park(this);
    }
    waiting = false;
  }

  private void awaitTime(long due) {
    long left;
    while ((left = due - System.nanoTime()) > 0 && !over) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(this, left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
    latestNanos = Math.max(latestNanos, -left);
  }

  /** What has passed so far. */
  Passed passed() {
    return new Passed(emptied.get(), bytes, lost, tooLarge, overflowed, largest, latestNanos);
  }

  /**
   * What has passed one way.
   *
   * @param packets sent on
   * @param bytes in them
   * @param lost on purpose
   * @param tooLarge to be let through
   * @param overflowed found every place taken
   * @param largest payload that passed
   * @param latestNanos how late the latest was sent
   */
  record Passed(
      long packets,
      long bytes,
      long lost,
      long tooLarge,
      long overflowed,
      int largest,
      long latestNanos) {}
}
