package dev.heddle.http3.kwik;

import dev.heddle.SessionConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The connections of a server, a bounded number. A connection takes a place before its engine
 * starts and leaves it when it ends, in whatever order these come. Any thread.
 */
final class Connections {
  private final int most;
  private final Set<Place> taken = new HashSet<>(); // guarded by this

  /**
   * Connections that have ended, but in which handlers may still run: closing the server interrupts
   * them. Such a handler holds its connection, so nothing else here has to. Guarded by this.
   */
  private final Set<SessionConnection> ended = Collections.newSetFromMap(new WeakHashMap<>());

  private boolean closed; // guarded by this

  /** Room for one connection. */
  final class Place {
    private SessionConnection connection; // guarded by the connections

    /** Puts the connection there; false if it must be closed, because all of them are. */
    boolean fill(SessionConnection connection) {
      synchronized (Connections.this) {
        this.connection = connection;
        if (!taken.contains(this)) {
          ended.add(connection);
        }
        return !closed;
      }
    }

    /** Gives the place up; says which connection was there, if there was one yet. */
    Optional<SessionConnection> leave() {
      synchronized (Connections.this) {
        taken.remove(this);
        if (connection != null) {
          ended.add(connection);
        }
        return Optional.ofNullable(connection);
      }
    }
  }

  Connections(int most) {
    this.most = most;
  }

  /** A place, if there is one left. */
  synchronized Optional<Place> reserve() {
    if (taken.size() >= most) {
      return Optional.empty();
    }
    Place place = new Place();
    taken.add(place);
    return Optional.of(place);
  }

  /** From now on every connection that fills its place is told to close. */
  synchronized void close() {
    closed = true;
  }

  /** The connections there are now, and those that ended with handlers still running. */
  synchronized List<SessionConnection> all() {
    List<SessionConnection> all = new ArrayList<>(ended);
    taken.stream().map(place -> place.connection).filter(Objects::nonNull).forEach(all::add);
    return all;
  }
}
