package dev.heddle.http3.connection;

import dev.heddle.SessionClosedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction of a request stream: whose turn it is to use it, and whether this side has given it
 * up. Any thread.
 */
final class Direction {
  private final StreamFate fate;
  private final String use;
  private final ReentrantLock turn;
  private volatile boolean givenUp;

  /** A direction; {@code use} is what is done with it, for messages. */
  Direction(StreamFate fate, String use, boolean fair) {
    this.fate = fate;
    this.use = use;
    this.turn = new ReentrantLock(fair);
  }

  /** Waits for the turn, which {@link #leave} ends; throws if the direction is of no use. */
  void enter() throws IOException {
    take();
    boolean usable = false;
    try {
      requireUsable();
      usable = true;
    } finally {
      if (!usable) {
        leave();
      }
    }
  }

  private void take() throws IOException {
    try {
      if (turn.isFair() || !turn.tryLock()) {
        turn.lockInterruptibly();
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while another thread used this direction");
    }
  }

  /** Takes the turn if nobody has it. */
  boolean tryEnter() {
    return turn.tryLock();
  }

  void leave() {
    turn.unlock();
  }

  void giveUp() {
    givenUp = true;
  }

  boolean givenUp() {
    return givenUp;
  }

  /** Throws if the stream has ended or this side has given the direction up. */
  void requireUsable() throws IOException {
    fate.requireLive();
    if (givenUp) {
      throw new SessionClosedException("this side has given up " + use);
    }
  }
}
