package tech.kwik.core.loom;

import java.io.IOException;

/** The connection has ended, so this stream can neither be read further nor written. */
public final class ConnectionEndedException extends IOException {

  private final transient ConnectionEnd end;

  public ConnectionEndedException(ConnectionEnd end) {
    super(end.describe());
    this.end = end;
  }

  /** How the connection ended: code, kind of code, side and reason. */
  public ConnectionEnd end() {
    return end;
  }

  /** Short for {@code end().code()}. */
  public long code() {
    return end.code();
  }

  /** Short for {@code end().application()}. */
  public boolean application() {
    return end.application();
  }

  /** Short for {@code end().byPeer()}. */
  public boolean byPeer() {
    return end.byPeer();
  }

  /** Short for {@code end().reason()}. */
  public String reason() {
    return end.reason();
  }
}
