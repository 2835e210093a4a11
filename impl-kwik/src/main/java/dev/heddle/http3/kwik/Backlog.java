package dev.heddle.http3.kwik;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import dev.heddle.SessionConnection;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Connections that wait for the program to accept them, a bounded number. Any thread. */
final class Backlog {
  private static final int MOST = 1_024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<SessionConnection> waiting = new ArrayDeque<>(); // guarded by lock
  private boolean closed; // guarded by lock

  /** Adds a connection; false if there are too many, or nobody will ever accept it. */
  boolean offer(SessionConnection connection) {
    lock.lock();
    try {
      if (closed || waiting.size() >= MOST) {
        return false;
      }
      waiting.add(connection);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  SessionConnection take() throws ConnectionClosedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      if (closed) {
        throw new ConnectionClosedException(
            Origin.LOCAL, ErrorCode.H3_NO_ERROR, "the server was closed", null);
      }
      return waiting.remove();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a connection that ended before anyone accepted it. */
  void remove(SessionConnection connection) {
    lock.lock();
    try {
      waiting.remove(connection);
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
