package tech.kwik.core.server.impl;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Those whose ClientHello is not complete yet. Where there are too many the oldest go first. Any
 * thread.
 */
public final class Candidates {

  private final int max = Handshakes.configuredMax();

  /** Guarded by this. */
  private final Set<ServerConnectionCandidate> waiting = new LinkedHashSet<>();

  void add(ServerConnectionCandidate candidate) {
    ServerConnectionCandidate oldest = null;
    synchronized (this) {
      waiting.add(candidate);
      if (waiting.size() > max) {
        oldest = waiting.iterator().next();
      }
    }
    if (oldest != null) {
      oldest.forget();
    }
  }

  synchronized void remove(ServerConnectionCandidate candidate) {
    waiting.remove(candidate);
  }
}
