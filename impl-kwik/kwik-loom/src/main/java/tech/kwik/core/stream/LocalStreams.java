package tech.kwik.core.stream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tech.kwik.core.frame.QuicFrame;
import tech.kwik.core.frame.StreamsBlockedFrame;
import tech.kwik.core.impl.QuicConnectionImpl;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.Version;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.ConnectionEndedException;

/**
 * The ids of the streams of one kind that this side opens, as the peer's MAX_STREAMS allows (RFC
 * 9000 §4.6). Any thread may call; those who wait are served in order.
 */
final class LocalStreams {

  private final QuicConnectionImpl connection;
  private final Role role;
  private final boolean bidirectional;
  private final ReentrantLock lock = new ReentrantLock();

  // All fields below are guarded by lock.
  private final ArrayDeque<Condition> waiting = new ArrayDeque<>();
  private long limit;
  private long opened;
  private long reportedBlockedAt = -1;
  private ConnectionEnd end;

  LocalStreams(QuicConnectionImpl connection, Role role, boolean bidirectional) {
    this.connection = connection;
    this.role = role;
    this.bidirectional = bidirectional;
  }

  /** Takes the next id, waiting for credit. */
  int open() throws IOException, InterruptedException {
    QuicFrame blocked;
    lock.lock();
    try {
      if (waiting.isEmpty() && hasCredit()) {
        return next();
      }
      blocked = blockedFrame();
    } finally {
      lock.unlock();
    }
    if (blocked != null) {
      connection.send(blocked, lost -> {}, true);
    }
    lock.lock();
    try {
      if (!waiting.isEmpty() || !hasCredit()) {
        awaitTurn();
      }
      return next();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the next id, or returns -1 where {@link #open} would wait. */
  int tryOpen() throws IOException {
    lock.lock();
    try {
      return waiting.isEmpty() && hasCredit() ? next() : -1;
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn() throws IOException, InterruptedException {
    Condition turn = lock.newCondition();
    waiting.addLast(turn);
    try {
      while (waiting.peekFirst() != turn || !hasCredit()) {
        turn.await();
      }
    } finally {
      waiting.remove(turn);
      wakeFirst();
    }
  }

  private boolean hasCredit() throws IOException {
    if (end != null) {
      throw new ConnectionEndedException(end);
    }
    if (opened >= StreamId.MAX_STREAMS) {
      throw new IOException("all stream ids of this connection are used; open a new connection");
    }
    return opened < limit;
  }

  private int next() {
    int id = StreamId.of(role, bidirectional, opened++);
    wakeFirst();
    return id;
  }

  private void wakeFirst() {
    if (!waiting.isEmpty() && (opened < limit || end != null)) {
      waiting.peekFirst().signal();
    }
  }

  /** STREAMS_BLOCKED, once per limit; null where that does not block or was said. */
  private QuicFrame blockedFrame() {
    if (opened < limit || reportedBlockedAt == limit) {
      return null;
    }
    reportedBlockedAt = limit;
    int shown = (int) Math.min(limit, Integer.MAX_VALUE);
    return new StreamsBlockedFrame(Version.getDefault(), bidirectional, shown);
  }

  boolean wasOpened(int id) {
    lock.lock();
    try {
      return StreamId.index(id) < opened;
    } finally {
      lock.unlock();
    }
  }

  /** MAX_STREAMS or the handshake's parameter; never lowers the limit. */
  void raiseLimit(long newLimit) {
    lock.lock();
    try {
      limit = Math.max(limit, newLimit);
      wakeFirst();
    } finally {
      lock.unlock();
    }
  }

  long limit() {
    lock.lock();
    try {
      return limit;
    } finally {
      lock.unlock();
    }
  }

  void ended(ConnectionEnd connectionEnd) {
    lock.lock();
    try {
      end = connectionEnd;
      waiting.forEach(Condition::signal);
    } finally {
      lock.unlock();
    }
  }
}
