package tech.kwik.core.impl;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import tech.kwik.core.log.Logger;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.packet.QuicPacket;

/**
 * Ends a connection on which nothing has happened for the idle time-out (RFC 9000 section 10.1).
 * Any thread calls. Differs from the class that it replaces in having no thread of its own.
 */
public class IdleTimer {

  private final QuicConnectionImpl connection;
  private final Alarm alarm = new Alarm(this::check);
  private volatile IntSupplier ptoMillis = () -> 0;
  private volatile long timeoutMillis;
  private volatile boolean enabled;
  private volatile boolean over;
  private volatile long lastAction = System.nanoTime();
  private volatile boolean lastWasSending;

  public IdleTimer(QuicConnectionImpl connection, Logger log) {
    this.connection = connection;
  }

  /** In milliseconds; counts from the last packet, not from this call. */
  void setIdleTimeout(long millis) {
    timeoutMillis = millis;
    enabled = true;
    await(due());
  }

  private void await(long due) {
    alarm.at(due);
    if (over) {
      alarm.off(); // it ended at this moment, and nobody else would switch the alarm off
    }
  }

  long getIdleTimeout() {
    return timeoutMillis;
  }

  boolean isEnabled() {
    return enabled;
  }

  public void setPtoSupplier(IntSupplier millis) {
    ptoMillis = millis;
  }

  private long due() {
    // RFC 9000 §10.1: at least three probe time-outs.
    long millis = Math.max(timeoutMillis, 3L * ptoMillis.getAsInt());
    return lastAction + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void check() {
    if (!enabled || over) {
      return;
    }
    long due = due();
    if (due - System.nanoTime() > 0) {
      await(due);
    } else {
      enabled = false;
      Thread.ofVirtual()
          .name("kwik-idle")
          .start(() -> connection.silentlyCloseConnection(timeoutMillis));
    }
  }

  public void packetProcessed() {
    lastAction = System.nanoTime();
    lastWasSending = false;
  }

  /** Counts the first packet after one was received (RFC 9000 section 10.1). */
  public void packetSent(QuicPacket packet, Instant sent) {
    if (!lastWasSending && packet.isAckEliciting()) {
      lastAction = System.nanoTime();
      lastWasSending = true;
    }
  }

  public void shutdown() {
    over = true;
    enabled = false;
    alarm.off();
  }

  /** Whether the peer left the last packet unanswered. */
  public boolean isTailLoss() {
    return lastWasSending;
  }
}
