package dev.heddle.http3.connection;

import dev.heddle.ConnectionClosedException;
import dev.heddle.ConnectionClosedException.Origin;
import dev.heddle.ErrorCode;
import java.util.concurrent.atomic.AtomicReference;

/** How a connection ended: the first to say so counts, for every call. Any thread. */
final class ConnectionEnd {
  private final AtomicReference<ConnectionClosedException> first = new AtomicReference<>();

  /** Whether the connection has ended. */
  boolean known() {
    return first.get() != null;
  }

  /** Learns that the connection has ended. */
  void learn(ConnectionClosedException how) {
    first.compareAndSet(null, how);
  }

  /** Learns that this side closes the connection. */
  void closed(ErrorCode code, String reason) {
    if (!known()) {
      learn(new ConnectionClosedException(Origin.LOCAL, code, reason, null));
    }
  }

  /**
   * A new exception that says how the connection ended, so that none is ever suppressed in itself.
   *
   * @param met what a call has met, which may be the first news of the end; or null
   */
  ConnectionClosedException exception(Throwable met) {
    if (met instanceof ConnectionClosedException closed) {
      learn(closed);
    }
    ConnectionClosedException how = first.get();
    return how == null
        ? new ConnectionClosedException(Origin.LOCAL, ErrorCode.H3_NO_ERROR, "", met)
        : new ConnectionClosedException(how.origin(), how.code().orElse(null), how.reason(), how);
  }
}
