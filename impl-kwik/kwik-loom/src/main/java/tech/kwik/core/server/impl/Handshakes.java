package tech.kwik.core.server.impl;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.impl.LoomHooks;
import tech.kwik.core.impl.UnacceptablePacketException;

/**
 * The connections of a server that are neither connected nor ended yet. Any thread.
 *
 * <p>Anyone can start handshakes under addresses that are not theirs. So where there are too many,
 * the oldest goes whose client has not answered for a while; where all are young, the newcomer has
 * to try again.
 */
public final class Handshakes {

  private static final int MAX = 2_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int max = configuredMax();

  /** Weak, so that what has ended is not kept until somebody else connects. */
  private record UnderWay(WeakReference<ServerConnectionImpl> connection, long since) {}

  /** Guarded by this; the oldest first. */
  private final List<UnderWay> underWay = new ArrayList<>();

  /** How many a server may have, of {@link Candidates} too. */
  static int configuredMax() {
    return Integer.getInteger("tech.kwik.core.loom.maxHandshakes", MAX);
  }

  /** A first packet that finds no room is dropped, and the client sends it again. */
  public void checkRoom() {
    ServerConnectionImpl silent = makeRoom();
    if (silent != null) {
      LoomHooks.dropHandshake(silent);
    }
  }

  private synchronized ServerConnectionImpl makeRoom() {
    if (underWay.size() < max) {
      return null;
    }
    underWay.removeIf(handshake -> isDone(handshake.connection.get()));
    if (underWay.size() < max) {
      return null;
    }
    long now = System.nanoTime();
    for (int i = 0; i < underWay.size() && now - underWay.get(i).since > PATIENCE_NANOS; i++) {
      ServerConnectionImpl connection = underWay.get(i).connection.get();
      if (connection != null && !connection.getSender().isPeerValidated()) {
        underWay.remove(i);
        return connection;
      }
    }
    throw Handshakes.<RuntimeException>unchecked(
        new UnacceptablePacketException("too many handshakes under way"));
  }

  public synchronized void add(ServerConnectionImpl connection) {
    underWay.add(new UnderWay(new WeakReference<>(connection), System.nanoTime()));
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
