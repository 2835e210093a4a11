package dev.heddle.http3.kwik;

import java.lang.System.Logger.Level;
import tech.kwik.core.log.NullLogger;

/**
 * Hands kwik's warnings and errors to {@link System.Logger}, all of them at DEBUG: kwik logs as
 * errors what any peer or stranger can cause, and does not tell it from its own faults. Any thread.
 */
final class KwikLog extends NullLogger {
  private static final System.Logger LOG = System.getLogger(KwikLog.class.getName());

  @Override
  public void warn(String message) {
    LOG.log(Level.DEBUG, message);
  }

  @Override
  public void error(String message) {
    LOG.log(Level.DEBUG, message);
  }

  @Override
  public void error(String message, Throwable error) {
    LOG.log(Level.DEBUG, message, error);
  }
}
