package tech.kwik.core.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The virtual thread that receives from one socket, and runs what arrives to completion.
 *
 * <p>It works in passes: receive what is there, a batch at most, let the sink process each datagram
 * in place, and tell it of the batch's end. After a pass it yields, so that the threads that it has
 * woken get its carrier. When nothing has come for the yield window it sleeps until the {@link
 * Watcher} sees something. The watcher also makes passes itself when this thread gets no carrier.
 */
public final class ReceiveLoop implements Runnable {

  /** What becomes of datagrams. One thread at a time calls it; it must not block. */
  public interface Sink {

    /**
     * A datagram: the bytes up to {@code length}, which are the sink's until it returns.
     *
     * @param receivedNanos by {@link System#nanoTime()}
     */
    void datagram(byte[] bytes, int length, InetSocketAddress from, long receivedNanos);

    /** Nothing more is there now, or enough has been received for one time. */
    void batchEnd();

    /** The socket can be used no more. */
    void failed(Throwable failure);
  }

  private static final int LARGEST_BATCH = 32;
  private static final BufferPool BUFFERS = new BufferPool(65_535, 8);

  /** How long to look for the next datagram by yielding; 0 for not at all. */
  private static final long YIELD_NANOS =
      TimeUnit.MICROSECONDS.toNanos(Long.getLong("tech.kwik.core.loom.yieldMicros", 50));

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final UdpSocket socket;
  private final Sink sink;
  private final Thread thread;
  private final int largestBatch;

  private volatile Watcher watcher;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean asleep;
  private volatile long lastPass = System.nanoTime();

  private final ReentrantLock passing = new ReentrantLock();
  // Guarded by passing.
  private ByteBuffer buffer; // null while nothing comes
  private boolean failed;

  public ReceiveLoop(UdpSocket socket, Sink sink) {
    this.socket = socket;
    this.sink = sink;
    // Without a channel looking for another datagram means waiting for it.
    this.largestBatch = socket.channel() == null ? 1 : LARGEST_BATCH;
    this.thread = Thread.ofVirtual().name("kwik-receive").unstarted(this);
  }

  public void start() throws IOException {
    if (socket.channel() != null) {
      watcher = Watcher.watch(this);
    }
    thread.start();
  }

  /** Ends the loop; the socket can be closed afterwards. Any thread, more than once. */
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Watcher watching = watcher;
    if (watching != null) {
      watching.forget(this);
    }
    LockSupport.unpark(thread);
  }

  UdpSocket socket() {
    return socket;
  }

  @Override
  public void run() {
    long lastArrival = System.nanoTime();
    while (!closed.get()) {
      int received = pass();
      long now = System.nanoTime();
      lastPass = now;
      if (received > 0) {
        lastArrival = now;
      }
      if (watcher == null) {
        continue;
      }
      if (received > 0 || now - lastArrival < YIELD_NANOS) {
        Thread.yield();
      } else {
        sleep();
        lastArrival = System.nanoTime();
      }
    }
  }

  private void sleep() {
    passing.lock();
    try {
      BUFFERS.give(buffer);
      buffer = null;
    } finally {
      passing.unlock();
    }
    asleep = true;
    watcher.arm(this);
    while (asleep && !closed.get()) {
      LockSupport.park(this);
    }
    lastPass = System.nanoTime();
  }

  /** Called by the watcher: there is something to receive. */
  void wake() {
    lastPass = System.nanoTime();
    asleep = false;
    LockSupport.unpark(thread);
  }

  boolean isAsleep() {
    return asleep;
  }

  boolean isClosed() {
    return closed.get();
  }

  /** How long this thread has had no carrier, or has been busy with one pass. */
  long nanosWithoutPass(long now) {
    return now - lastPass;
  }

  /** A pass by the watcher, unless one is under way: for a thread that gets no carrier. */
  int passInstead() {
    if (closed.get() || !passing.tryLock()) {
      return 0;
    }
    try {
      return receiveBatch();
    } finally {
      passing.unlock();
    }
  }

  private int pass() {
    passing.lock();
    try {
      return receiveBatch();
    } finally {
      passing.unlock();
    }
  }

  private int receiveBatch() {
    int received = 0;
    if (buffer == null) {
      buffer = BUFFERS.take();
    }
    try {
      while (received < largestBatch && !closed.get()) {
        buffer.clear();
        InetSocketAddress from = socket.receive(buffer);
        if (from == null) {
          break;
        }
        received++;
        sink.datagram(buffer.array(), buffer.position(), from, System.nanoTime());
      }
    } catch (IOException e) {
      fail(e);
    }
    if (received > 0) {
      sink.batchEnd();
    }
    return received;
  }

  private void fail(IOException error) {
    if (!closed.get() && !failed) {
      failed = true;
      sink.failed(error);
    }
    if (socket.isOpen()) {
      // An error that lasts must not take a whole processor.
      LockSupport.parkNanos(PAUSE_NANOS);
    } else {
      close();
    }
  }
}
