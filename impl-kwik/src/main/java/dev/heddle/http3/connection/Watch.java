package dev.heddle.http3.connection;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Looks after deadlines, on a virtual thread that sleeps most of the time and ends with the
 * connection.
 */
final class Watch {
  private static final System.Logger LOG = System.getLogger(Watch.class.getName());
  private static final Duration LONGEST_NAP = Duration.ofSeconds(2);

  private final Http3Connection connection;
  private final ControlSender control;
  private final RequestTable requests;
  private final Duration headerTimeout;
  private final long startNanos = System.nanoTime();
  private final Thread thread = Thread.ofVirtual().name("heddle-watch").unstarted(this::run);

  Watch(
      Http3Connection connection,
      ControlSender control,
      RequestTable requests,
      Duration headerTimeout) {
    this.connection = connection;
    this.control = control;
    this.requests = requests;
    this.headerTimeout = headerTimeout;
  }

  void start() {
    thread.start();
  }

  void stop() {
    thread.interrupt();
  }

  private void run() {
    Duration quarter = headerTimeout.dividedBy(4);
    Duration nap = quarter.compareTo(LONGEST_NAP) < 0 ? quarter : LONGEST_NAP;
    try {
      while (true) {
        Thread.sleep(nap);
        look();
      }
    } catch (ProtocolException e) {
      connection.fail(e);
    } catch (InterruptedException e) {
      // The connection has ended.
    } catch (Throwable e) {
      connection.failInternally(e);
    }
  }

  private void look() throws ProtocolException {
    connection.datagrams().expire();
    if (!connection.settled() && overdue(startNanos)) {
      throw ProtocolException.connection(
          H3Error.H3_MISSING_SETTINGS, "no SETTINGS within " + headerTimeout);
    }
    if (!control.settingsSent() && overdue(startNanos)) {
      // RFC 9114 §6.2: the peer must allow three unidirectional streams; without one for SETTINGS
      // who waits for these would wait without end
      throw ProtocolException.connection(
          H3Error.H3_GENERAL_PROTOCOL_ERROR, "no room for SETTINGS within " + headerTimeout);
    }
    for (RequestStream stream : requests.halfOpen()) {
      if (overdue(stream.link.openedNanos) && requests.completed(stream)) {
        LOG.log(
            Level.DEBUG,
            () ->
                connection.quic().remoteAddress()
                    + " stream "
                    + stream.id()
                    + ": no headers in time");
        stream.reject();
      }
    }
  }

  private boolean overdue(long sinceNanos) {
    return System.nanoTime() - sinceNanos > headerTimeout.toNanos();
  }
}
