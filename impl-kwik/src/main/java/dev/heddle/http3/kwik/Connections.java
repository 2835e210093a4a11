package dev.heddle.http3.kwik;

import dev.heddle.SessionConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The connections of a server, a bounded number. A connection takes a place before its engine
 * starts and leaves it when it ends, in whatever order these come. Any thread.
 */
final class Connections {
  private final int most;
  private final Set<Place> taken = new HashSet<>(); // guarded by this
  private boolean closed; // guarded by this

  /** Room for one connection. */
  final class Place {
    private SessionConnection connection; // guarded by the connections

    /** Puts the connection there; false if it must be closed, because all of them are. */
    boolean fill(SessionConnection connection) {
      synchronized (Connections.this) {
        this.connection = connection;
        return !closed || !taken.contains(this);
      }
    }

    /** Gives the place up; says which connection was there, if there was one yet. */
    Optional<SessionConnection> leave() {
      synchronized (Connections.this) {
        taken.remove(this);
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

  /** The connections there are now. */
  synchronized List<SessionConnection> all() {
    return taken.stream().map(place -> place.connection).filter(Objects::nonNull).toList();
  }
}
