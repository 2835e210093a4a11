package tech.kwik.core.stream;

import tech.kwik.core.impl.Role;

/** What the two low bits of a stream id say (RFC 9000 §2.1). */
final class StreamId {

  /** The number of streams of one kind whose ids kwik's {@code int} can express. */
  static final long MAX_STREAMS = 1L << 29;

  private StreamId() {}

  static boolean unidirectional(int id) {
    return (id & 2) != 0;
  }

  static boolean initiatedBy(Role role, int id) {
    return ((id & 1) == 0) == (role == Role.Client);
  }

  /** The position of a stream among those of its kind, from 0. */
  static int index(int id) {
    return id >>> 2;
  }

  static int of(Role initiator, boolean bidirectional, long index) {
    int kind = (initiator == Role.Client ? 0 : 1) | (bidirectional ? 0 : 2);
    return (int) (index << 2) | kind;
  }
}
