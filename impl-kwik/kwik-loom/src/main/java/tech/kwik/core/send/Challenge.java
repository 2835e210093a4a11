package tech.kwik.core.send;

import tech.kwik.core.frame.PathChallengeFrame;
import tech.kwik.core.impl.Version;

/** A challenge for one path, which remembers how it left (RFC 9000 §8.2.1). Any thread. */
public final class Challenge extends PathChallengeFrame {

  private volatile boolean expanded;

  public Challenge(Version version, byte[] data) {
    super(version, data);
  }

  /** Its datagram had at least 1200 bytes, so that an answer says that the path takes those. */
  void expand() {
    expanded = true;
  }

  public boolean isExpanded() {
    return expanded;
  }
}
