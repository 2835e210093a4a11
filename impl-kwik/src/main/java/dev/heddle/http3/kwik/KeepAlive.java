package dev.heddle.http3.kwik;

import java.time.Duration;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.loom.LoomHandshake;

/**
 * Asks the server for a sign of life in a fixed interval, on a virtual thread that ends with the
 * connection. kwik's own keep-alive knows no interval and gives up after a while. Any thread.
 */
final class KeepAlive {
  private final QuicClientConnection kwik;
  private Thread thread; // guarded by this
  private boolean stopped; // guarded by this

  KeepAlive(QuicClientConnection kwik) {
    this.kwik = kwik;
  }

  synchronized void start(Duration interval) {
    if (!stopped) {
      thread = Thread.ofVirtual().name("heddle keep-alive").start(() -> run(interval));
    }
  }

  synchronized void stop() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run(Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        LoomHandshake.ping(kwik);
      }
    } catch (InterruptedException | IllegalStateException e) {
      // The connection has ended.
    }
  }
}
