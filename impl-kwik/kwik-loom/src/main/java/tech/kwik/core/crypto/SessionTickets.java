package tech.kwik.core.crypto;

import java.util.concurrent.TimeUnit;
import tech.kwik.agent15.extension.PreSharedKeyExtension;
import tech.kwik.agent15.extension.PskKeyExchangeModesExtension;
import tech.kwik.agent15.handshake.ClientHello;

/**
 * How many session tickets this process issues. agent15 keeps each in memory for a day, so who
 * connects without end would fill the heap; beyond this many a day clients get none, and resume
 * nothing.
 */
public final class SessionTickets {

  private static final long KEPT_NANOS = TimeUnit.HOURS.toNanos(24);
  private static final SessionTickets PROCESS =
      new SessionTickets(Integer.getInteger("tech.kwik.core.loom.sessionTicketsPerDay", 20_000));

  private final int perDay;
  private final long nanosPerTicket;

  /** When the tickets issued so far will be spent at the permitted rate; guarded by this. */
  private long spentAt;

  public SessionTickets(int perDay) {
    this.perDay = perDay;
    nanosPerTicket = KEPT_NANOS / Math.max(1, perDay);
    spentAt = System.nanoTime();
  }

  /** Called with each ClientHello before the TLS engine has it. */
  static void limit(ClientHello hello) {
    if (!PROCESS.take(System.nanoTime())) {
      // A client that names no way to resume gets no ticket, and cannot resume either.
      hello
          .getExtensions()
          .removeIf(extension ->
              extension instanceof PskKeyExchangeModesExtension
                  || extension instanceof PreSharedKeyExtension);
    }
  }

  /** Whether one more may be issued now. */
  public synchronized boolean take(long now) {
    if (spentAt - now < 0) {
      spentAt = now;
    }
    // A day's tickets may go at once; from then on each waits for one to be forgotten.
    if (perDay == 0 || spentAt - now > KEPT_NANOS - nanosPerTicket) {
      return false;
    }
    spentAt += nanosPerTicket;
    return true;
  }
}
