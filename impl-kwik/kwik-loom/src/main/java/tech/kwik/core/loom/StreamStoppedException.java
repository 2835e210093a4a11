package tech.kwik.core.loom;

import java.io.IOException;

/** The peer has sent STOP_SENDING: it will not read what is written to this stream. */
public final class StreamStoppedException extends IOException {

  private final long code;

  public StreamStoppedException(long streamId, long code) {
    super("peer stopped reading stream " + streamId + ", code 0x" + Long.toHexString(code));
    this.code = code;
  }

  /** The application error code that the peer gave. */
  public long code() {
    return code;
  }
}
