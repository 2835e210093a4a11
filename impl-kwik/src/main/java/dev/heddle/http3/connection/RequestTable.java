package dev.heddle.http3.connection;

import dev.heddle.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The request streams in progress, and what GOAWAY says about them. Any thread; the lock covers a
 * few fields, or a walk through the list where something rare happens.
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
  private final TableLink inProgress = new TableLink(null); // a ring, from here
  private int countInProgress;
  private int countHalfOpen;
  private long nextPeerId; // the lowest request id that was not accepted
  private volatile boolean goAwaySent; // which is also read without the lock
  private volatile boolean goAwayReceived; // as well
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
      add(stream);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void add(RequestStream stream) {
    stream.link.insertBefore(inProgress);
    countInProgress++;
  }

  /** Adds a request of the peer, unless that is more than the limits or GOAWAY allow. */
  boolean addPeers(RequestStream stream) {
    lock.lock();
    try {
      // RFC 9114 §5.2: after its own GOAWAY a server takes no request that it does not cover
      if (goAwaySent
          || ended
          || countHalfOpen >= mostHalfOpen
          || countInProgress >= mostInProgress) {
        return false;
      }
      nextPeerId = Math.max(nextPeerId, stream.id() + 4);
      add(stream);
      stream.link.halfOpen = true;
      stream.link.openedNanos = System.nanoTime();
      countHalfOpen++;
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
      return complete(stream.link);
    } finally {
      lock.unlock();
    }
  }

  private boolean complete(TableLink link) {
    if (!link.halfOpen) {
      return false;
    }
    link.halfOpen = false;
    countHalfOpen--;
    return true;
  }

  void remove(RequestStream stream) {
    lock.lock();
    try {
      TableLink link = stream.link;
      complete(link);
      if (link.linked()) {
        link.unlink();
        if (--countInProgress == 0) {
          emptied.signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The request of this id, if it is in progress. */
  Optional<RequestStream> find(long streamId) {
    lock.lock();
    try {
      for (var link = inProgress.next(); link != inProgress; link = link.next()) {
        if (link.stream().id() == streamId) {
          return Optional.of(link.stream());
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Requests of the peer whose headers are still missing. */
  List<RequestStream> halfOpen() {
    lock.lock();
    try {
      List<RequestStream> halfOpen = new ArrayList<>(countHalfOpen);
      for (var link = inProgress.next(); link != inProgress; link = link.next()) {
        if (link.halfOpen) {
          halfOpen.add(link.stream());
        }
      }
      return halfOpen;
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
      for (var link = inProgress.next(); link != inProgress; link = link.next()) {
        if (link.stream().id() >= id) {
          rejected.add(link.stream());
        }
      }
      return rejected;
    } finally {
      lock.unlock();
    }
  }

  boolean goingAway() {
    return goAwaySent || goAwayReceived;
  }

  /** Waits until nothing is in progress or the time is over. */
  void awaitEmpty(Duration limit) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    lock.lockInterruptibly();
    try {
      while (countInProgress > 0 && nanos > 0) {
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
      while (inProgress.linked()) {
        inProgress.next().halfOpen = false;
        inProgress.next().unlink();
      }
      countInProgress = 0;
      countHalfOpen = 0;
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
