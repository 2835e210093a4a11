package dev.heddle.http3.quic;

import dev.heddle.ConnectionClosedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** One QUIC connection whose handshake is done. Any thread, any moment. */
public interface QuicConnection {
  /** Whether this side opened the connection. */
  boolean client();

  /**
   * Registers the engine, once. {@code streams} gets each stream the peer opens, also those that it
   * opened before this call, in order of their ids; {@code ended} gets the connection's end, once,
   * whoever caused it. Both run on a thread of the transport and return at once.
   */
  void start(Consumer<QuicStream> streams, Consumer<ConnectionClosedException> ended);

  /**
   * Whether this side can take part in QUIC datagrams (RFC 9221): it has told the peer in the
   * handshake that it takes them.
   */
  boolean datagramsPossible();

  /**
   * Registers both ends of the datagrams, once, before {@link #start}. {@code sink} gets the
   * payload of each that arrives, one at a time, on the transport's receive path, and returns at
   * once; the buffer is the transport's again then.
   */
  void datagrams(DatagramSource source, Consumer<ByteBuffer> sink);

  /** Says that the source has something to send. Any thread; must not be called under a lock. */
  void datagramsReady();

  /** Bytes of the largest datagram that can be sent now; 0 if the peer takes none. Never waits. */
  int maxDatagramBytes();

  /**
   * Opens a stream, waiting for credit from the peer.
   *
   * @throws ConnectionClosedException if the connection has ended
   */
  QuicStream openStream(boolean bidirectional) throws IOException, InterruptedException;

  /** Opens a stream if the peer gives credit for one now. */
  Optional<QuicStream> tryOpenStream(boolean bidirectional) throws IOException;

  /**
   * Waits until what was written to streams has been sent, and acknowledged as far as the transport
   * can tell; at most for the given time.
   *
   * @return whether all of it was
   */
  boolean awaitSent(Duration limit) throws InterruptedException;

  /** Ends the connection with an application error code. Idempotent; the first code counts. */
  void close(long code, String reason);

  /** This side's address. */
  InetSocketAddress localAddress();

  /** The peer's address when the connection was made. */
  InetSocketAddress remoteAddress();
}
