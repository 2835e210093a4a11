package tech.kwik.core.impl;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.concurrent.DaemonThreadFactory;
import tech.kwik.core.frame.PingFrame;
import tech.kwik.core.send.Sender;

/**
 * Sends a PING twice per idle time-out for as long as it was asked to.
 *
 * <p>Unlike the class it replaces its thread is a daemon and ends with the connection.
 */
public class KeepAliveActor {

  private final VersionHolder version;
  private final Sender sender;
  private final Instant until;
  private final ScheduledExecutorService scheduler =
      Executors.newScheduledThreadPool(1, new DaemonThreadFactory("keep-alive"));

  public KeepAliveActor(
      VersionHolder version, int keepAliveSeconds, int maxIdleTimeoutMs, Sender sender) {
    this.version = version;
    this.sender = sender;
    this.until = Instant.now().plus(Duration.ofSeconds(keepAliveSeconds));
    long intervalMs = Math.max(1, maxIdleTimeoutMs / 2);
    scheduler.scheduleAtFixedRate(this::ping, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  private void ping() {
    if (Instant.now().isAfter(until)) {
      shutdown();
      return;
    }
    sender.send(new PingFrame(version.getVersion()), EncryptionLevel.App);
    sender.flush();
  }

  public void shutdown() {
    scheduler.shutdownNow();
  }
}
