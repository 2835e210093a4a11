package tech.kwik.core.send;

import java.net.InetSocketAddress;

/**
 * A way to the peer: an address, the peer's connection id that packets there bear, and what may be
 * sent there before the peer has shown that it receives there (RFC 9000 §8). Who has the turn
 * sends, who receives raises the limit, any thread asks.
 */
public final class Path {

  private static final long NO_LIMIT = -1;

  private final InetSocketAddress address;
  private volatile byte[] connectionId;

  /** Bytes in all, counted from the beginning of this path. */
  private volatile long limit;

  private volatile long sent;

  private Path(InetSocketAddress address, byte[] connectionId, long limit) {
    this.address = address;
    this.connectionId = connectionId;
    this.limit = limit;
  }

  /** The first path of a connection: to the id that the handshake settles, without a limit. */
  static Path first(InetSocketAddress address) {
    return new Path(address, null, NO_LIMIT);
  }

  /** Where so many bytes may be sent until there may be more. */
  public static Path to(InetSocketAddress address, byte[] connectionId, int allowance) {
    return new Path(address, connectionId, allowance);
  }

  public InetSocketAddress address() {
    return address;
  }

  /** The peer's id for this path, or null for the one that is in use anyway. */
  public byte[] connectionId() {
    return connectionId;
  }

  /** Keeps to this id. The receiving thread calls. */
  public void connectionId(byte[] id) {
    connectionId = id;
  }

  /** So many bytes may be sent, those that were included. */
  void limit(long bytes) {
    limit = bytes;
  }

  /** The peer has shown that it receives what is sent there. */
  void confirm() {
    limit = NO_LIMIT;
  }

  boolean isConfirmed() {
    return limit == NO_LIMIT;
  }

  /** More has come from there. The receiving thread calls. */
  public void allowMore(int bytes) {
    long before = limit;
    if (before != NO_LIMIT) {
      limit = before + bytes;
    }
  }

  /** How much of so many bytes may be sent now. */
  int room(int most) {
    long allowed = limit;
    return allowed == NO_LIMIT ? most : (int) Math.min(most, allowed - sent);
  }

  /** Whether there is room for a small datagram. */
  boolean hasRoom() {
    return room(DatagramBuilder.MINIMUM_SPACE) >= DatagramBuilder.MINIMUM_SPACE;
  }

  /** A datagram leaves. */
  void sent(int bytes) {
    sent += bytes;
  }
}
