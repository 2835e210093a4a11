package dev.heddle.http3.connection;

/**
 * The place of a request stream in the ring of those in progress, so that coming and going costs no
 * table entry. Guarded by the lock of {@link RequestTable}, but for the stream, which stays.
 */
final class TableLink {
  boolean halfOpen;
  long openedNanos; // set once, where it becomes half-open
  private final RequestStream stream;
  private TableLink before = this;
  private TableLink next = this;

  /** A ring of its own; {@code stream} is null for the one that the table keeps. */
  TableLink(RequestStream stream) {
    this.stream = stream;
  }

  RequestStream stream() {
    return stream;
  }

  TableLink next() {
    return next;
  }

  /** Whether there are others in its ring. */
  boolean linked() {
    return next != this;
  }

  void insertBefore(TableLink other) {
    before = other.before;
    next = other;
    before.next = this;
    other.before = this;
  }

  void unlink() {
    before.next = next;
    next.before = before;
    before = this;
    next = this;
  }
}
