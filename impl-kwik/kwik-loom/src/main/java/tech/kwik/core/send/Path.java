package tech.kwik.core.send;

import java.net.InetSocketAddress;

/**
 * A way to the peer: an address, and what may be sent there before the peer has shown that it
 * receives there (RFC 9000 §8). Who has the turn sends, who receives raises the limit, any thread
 * asks.
 */
public final class Path {

  private static final long NO_LIMIT = -1;

  private final InetSocketAddress address;

  /** Bytes in all, counted from the beginning of this path. */
  private volatile long limit;

  private volatile long sent;

  private Path(InetSocketAddress address, long limit) {
    this.address = address;
    this.limit = limit;
  }

  /** Where anything may be sent. */
  public static Path to(InetSocketAddress address) {
    return new Path(address, NO_LIMIT);
  }

  /** Where so many bytes may be sent until there may be more. */
  public static Path to(InetSocketAddress address, int allowance) {
    return new Path(address, allowance);
  }

  public InetSocketAddress address() {
    return address;
  }

  /** So many bytes may be sent, those that were included. */
  void limit(long bytes) {
    limit = bytes;
  }

  /** The peer has shown that it receives what is sent there. */
  public void confirm() {
    limit = NO_LIMIT;
  }

  public boolean isConfirmed() {
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

  /** A datagram leaves. */
  void sent(int bytes) {
    sent += bytes;
  }
}
