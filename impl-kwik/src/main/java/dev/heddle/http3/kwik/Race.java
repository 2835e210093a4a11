package dev.heddle.http3.kwik;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectFailedException.Reason;
import dev.heddle.ErrorCode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.QuicClientConnection;

/**
 * Tries the addresses of a host in order, each a little after the one before it, so that an address
 * where packets vanish does not use up the time of the others (RFC 8305). The first connection
 * wins; an answer about the certificate or HTTP/3 ends the race too, because it is the host's
 * answer.
 *
 * <p>One thread enters the attempts and runs the race; each attempt has a virtual thread.
 */
final class Race {
  private static final Duration HEAD_START = Duration.ofMillis(250); // RFC 8305 §8

  private final long deadline;
  private final Queue<Entry> waiting = new ArrayDeque<>();
  private final List<Thread> running = new ArrayList<>();
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final List<ConnectFailedException> failures = new ArrayList<>();
  private final Object finish = new Object();
  private boolean over; // guarded by finish

  private record Entry(Attempt attempt, InetSocketAddress address) {}

  /** A connection that was made, and to where. */
  record Winner(QuicClientConnection connection, InetSocketAddress address) {}

  private sealed interface Outcome {
    record Connected(Winner winner) implements Outcome {}

    record Failed(ConnectFailedException failure) implements Outcome {}
  }

  Race(long deadline) {
    this.deadline = deadline;
  }

  void enter(Attempt attempt, InetSocketAddress address) {
    waiting.add(new Entry(attempt, address));
  }

  /** Runs to the first connection; throws the most telling failure if there is none. */
  Winner run() throws ConnectFailedException, InterruptedException {
    try {
      int unanswered = 0;
      while (unanswered > 0 || !waiting.isEmpty()) {
        if (!waiting.isEmpty()) {
          begin(waiting.remove());
          unanswered++;
        }
        Outcome outcome = next();
        if (outcome instanceof Outcome.Connected(Winner winner)) {
          return winner;
        }
        if (outcome instanceof Outcome.Failed(ConnectFailedException failure)) {
          unanswered--;
          failures.add(failure);
          if (definitive(failure)) {
            break;
          }
        }
      }
      throw mostTelling();
    } finally {
      finish();
    }
  }

  /** The next outcome, or null when it is the next address's turn. */
  private Outcome next() throws InterruptedException {
    return waiting.isEmpty()
        ? outcomes.take() // every attempt ends by the deadline
        : outcomes.poll(HEAD_START.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void begin(Entry entry) {
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    Duration limit = left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    String name = "heddle connects to " + Dialer.written(entry.address);
    running.add(
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              try {
                deliver(new Winner(entry.attempt.connect(limit), entry.address));
              } catch (ConnectFailedException e) {
                outcomes.add(new Outcome.Failed(e));
              } catch (RuntimeException | Error e) {
                // Ours or kwik's bug; without an outcome the race would wait for ever.
                outcomes.add(new Outcome.Failed(broken(entry.address, e)));
              }
            }));
  }

  private void deliver(Winner winner) {
    synchronized (finish) {
      if (!over) {
        outcomes.add(new Outcome.Connected(winner));
        return;
      }
    }
    giveUp(winner);
  }

  private void finish() {
    synchronized (finish) {
      over = true;
    }
    running.forEach(Thread::interrupt);
    for (Outcome late = outcomes.poll(); late != null; late = outcomes.poll()) {
      if (late instanceof Outcome.Connected(Winner winner)) {
        giveUp(winner);
      }
    }
  }

  private static void giveUp(Winner late) {
    late.connection.close(ErrorCode.H3_NO_ERROR.value(), "another address was faster");
  }

  private static ConnectFailedException broken(InetSocketAddress address, Throwable e) {
    String message = "connecting to " + Dialer.written(address) + " failed: " + e;
    return new ConnectFailedException(Reason.HANDSHAKE_FAILED, message, e);
  }

  private static boolean definitive(ConnectFailedException failure) {
    return switch (failure.reason()) {
      case NO_HTTP3, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_TRUSTED, CERTIFICATE_FOR_OTHER_HOST ->
          true;
      case UNKNOWN_HOST, NO_ANSWER, HANDSHAKE_FAILED -> false;
    };
  }

  private ConnectFailedException mostTelling() {
    ConnectFailedException telling =
        failures.stream()
            .max(
                Comparator.comparing(Race::definitive)
                    .thenComparing(failure -> failure.reason() != Reason.NO_ANSWER))
            .orElseThrow();
    failures.stream().filter(failure -> failure != telling).forEach(telling::addSuppressed);
    return telling;
  }
}
