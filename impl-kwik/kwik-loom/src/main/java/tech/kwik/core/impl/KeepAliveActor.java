package tech.kwik.core.impl;

import java.util.concurrent.TimeUnit;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.loom.Alarm;
import tech.kwik.core.send.Sender;

/**
 * Sends a PING twice per idle time-out for as long as it was asked to. Any thread calls.
 *
 * <p>Unlike the class it replaces it has no thread, and ends with the connection.
 */
public class KeepAliveActor {

  private final Sender sender;
  private final Alarm alarm = new Alarm(this::ping);
  private final long intervalNanos;
  private final long until;
  private volatile boolean ended;

  public KeepAliveActor(
      VersionHolder version, int keepAliveSeconds, int maxIdleTimeoutMs, Sender sender) {
    this.sender = sender;
    this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, maxIdleTimeoutMs / 2));
    this.until = System.nanoTime() + TimeUnit.SECONDS.toNanos(keepAliveSeconds);
    alarm.at(System.nanoTime() + intervalNanos);
  }

  private void ping() {
    long now = System.nanoTime();
    if (ended || until - now < 0) {
      return;
    }
    sender.send(new PingFrame(), EncryptionLevel.App);
    sender.flush();
    alarm.at(now + intervalNanos);
    if (ended) {
      alarm.off(); // it ended during the sending, and nobody else would switch the alarm off
    }
  }

  public void shutdown() {
    ended = true;
    alarm.off();
  }
}
