package tech.kwik.core.server.impl;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.UnacceptablePacketException;

/** The connections of a server that are neither connected nor ended yet. Any thread. */
public final class Handshakes {

  private static final int MAX = 2_000;

  private final int max = Integer.getInteger("tech.kwik.core.loom.maxHandshakes", MAX);

  /** Guarded by this; weak, so that what has ended is not kept until somebody else connects. */
  private final List<WeakReference<ServerConnectionImpl>> underWay = new ArrayList<>();

  /** A first packet that finds no room is dropped, and the client sends it again. */
  public synchronized void checkRoom() {
    if (underWay.size() < max) {
      return;
    }
    underWay.removeIf(reference -> isDone(reference.get()));
    if (underWay.size() >= max) {
      throw Handshakes.<RuntimeException>unchecked(
          new UnacceptablePacketException("too many handshakes under way"));
    }
  }

  public synchronized void add(ServerConnectionImpl connection) {
    underWay.add(new WeakReference<>(connection));
  }

  private static boolean isDone(ServerConnectionImpl connection) {
    return connection == null
        || LoomHooks.connected(connection)
        || LoomHooks.loomConnection(connection).end().isPresent();
  }

  /** For callers that expect the exception, through a method that does not say so. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T unchecked(Exception exception) throws T {
    throw (T) exception;
  }
}
