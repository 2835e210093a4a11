package dev.heddle.http3.connection;

import dev.heddle.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The request streams in progress, and what GOAWAY says about them. Any thread; the lock covers a
 * few map operations.
 */
final class RequestTable {
  /**
   * Handlers may outlive their streams where a client gives up; see Limits.maxConcurrentRequests.
   */
  private static final int OVERLAP = 2;

  private final int mostHalfOpen;
  private final int mostInProgress;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition emptied = lock.newCondition();
  // Guarded by the lock.
  private final Map<Long, RequestStream> inProgress = new HashMap<>();
  private final Map<Long, RequestStream> halfOpen = new HashMap<>();
  private long nextPeerId; // the lowest request id that was not accepted
  private boolean goAwaySent;
  private boolean goAwayReceived;
  private boolean ended;

  RequestTable(Limits limits) {
    this.mostHalfOpen = limits.maxHalfOpenRequests();
    this.mostInProgress = limits.maxConcurrentRequests() * OVERLAP;
  }

  /** Adds a request of this side, unless the connection is going away or has ended. */
  boolean addOwn(RequestStream stream) {
    lock.lock();
    try {
      // RFC 9114 §5.2: after a GOAWAY, whatever its id, no new request is initiated
      if (goAwaySent || goAwayReceived || ended) {
        return false;
      }
      inProgress.put(stream.id(), stream);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a request of the peer, unless that is more than the limits or GOAWAY allow. */
  boolean addPeers(RequestStream stream) {
    lock.lock();
    try {
      // RFC 9114 §5.2: after its own GOAWAY a server takes no request that it does not cover
      if (goAwaySent
          || ended
          || halfOpen.size() >= mostHalfOpen
          || inProgress.size() >= mostInProgress) {
        return false;
      }
      nextPeerId = Math.max(nextPeerId, stream.id() + 4);
      inProgress.put(stream.id(), stream);
      halfOpen.put(stream.id(), stream);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Settles once whether a request of the peer has come or is too late.
   *
   * @return whether it was half-open until now
   */
  boolean completed(RequestStream stream) {
    lock.lock();
    try {
      return halfOpen.remove(stream.id()) != null;
    } finally {
      lock.unlock();
    }
  }

  void remove(RequestStream stream) {
    lock.lock();
    try {
      halfOpen.remove(stream.id());
      if (inProgress.remove(stream.id()) != null && inProgress.isEmpty()) {
        emptied.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The request of this id, if it is in progress. */
  Optional<RequestStream> find(long streamId) {
    lock.lock();
    try {
      return Optional.ofNullable(inProgress.get(streamId));
    } finally {
      lock.unlock();
    }
  }

  /** Requests of the peer whose headers are still missing. */
  List<RequestStream> halfOpen() {
    lock.lock();
    try {
      return List.copyOf(halfOpen.values());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that this side goes away.
   *
   * @return the id for the GOAWAY, or -1 if it was sent before
   */
  long goAway() {
    lock.lock();
    try {
      if (goAwaySent) {
        return -1;
      }
      goAwaySent = true;
      return nextPeerId;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that the peer goes away.
   *
   * @return the requests of this side that it will not process: those from {@code id} on
   */
  List<RequestStream> peerGoesAway(long id) {
    lock.lock();
    try {
      goAwayReceived = true;
      List<RequestStream> rejected = new ArrayList<>();
      for (RequestStream stream : inProgress.values()) {
        if (stream.id() >= id) {
          rejected.add(stream);
        }
      }
      return rejected;
    } finally {
      lock.unlock();
    }
  }

  boolean goingAway() {
    lock.lock();
    try {
      return goAwaySent || goAwayReceived;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is in progress or the time is over. */
  void awaitEmpty(Duration limit) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    lock.lockInterruptibly();
    try {
      while (!inProgress.isEmpty() && nanos > 0) {
        nanos = emptied.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything, and adds nothing from now on: the connection has ended. */
  void end() {
    lock.lock();
    try {
      ended = true;
      inProgress.clear();
      halfOpen.clear();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
