package tech.kwik.core.loom;

import java.io.IOException;

/** The peer has sent RESET_STREAM: what it had sent is incomplete and gone. */
public final class StreamResetException extends IOException {

  private final long code;

  public StreamResetException(long streamId, long code) {
    super("stream " + streamId + " was reset by peer, code 0x" + Long.toHexString(code));
    this.code = code;
  }

  /** The application error code that the peer gave. */
  public long code() {
    return code;
  }
}
