package tech.kwik.core.loom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.impl.LoomHooks;

/**
 * A QUIC connection as this build of kwik implements it. All methods may be called by any thread.
 */
public interface LoomConnection {

  /**
   * The view of a connection that was made by this build, client or server.
   *
   * @throws IllegalArgumentException if the connection is of another implementation
   */
  static LoomConnection from(QuicConnection connection) {
    return LoomHooks.loomConnection(connection);
  }

  /**
   * Opens a stream, waiting for MAX_STREAMS credit if necessary; those who wait are served in
   * order.
   *
   * @throws ConnectionEndedException if the connection ends or has ended
   * @throws InterruptedException if the thread is interrupted while it waits, or when it would have
   *     to
   * @throws IOException if the connection is not established, or has used all stream ids that kwik
   *     can express (2^29 of each kind)
   */
  LoomStream openStream(boolean bidirectional) throws IOException, InterruptedException;

  /**
   * Opens a stream if that is possible without waiting.
   *
   * @return empty if there is no credit, or others wait for it
   * @throws IOException as {@link #openStream}
   */
  Optional<LoomStream> tryOpenStream(boolean bidirectional) throws IOException;

  /**
   * Names the receiver of the streams that the peer opens, in the order of their ids per kind.
   *
   * <p>It is called in place, mostly on the thread that receives packets, and must not block;
   * streams that were opened before the registration are delivered first, by the caller. Once set
   * it takes the place of {@link QuicConnection#setPeerInitiatedStreamCallback} for good.
   */
  void onPeerStream(Consumer<LoomStream> callback);

  /**
   * Names where datagrams come from and go to (RFC 9221), once, on a connection that was made with
   * the datagram extension enabled. {@code sink} gets the payload of each that arrives, one at a
   * time, in place, on the thread that receives packets, and must not block or throw.
   */
  void datagrams(DatagramSource source, Consumer<ByteBuffer> sink);

  /** Says that the source has something to send. Never waits for the network. */
  void datagramsReady();

  /** Bytes of the largest datagram that can be sent now; 0 if the peer takes none. */
  int maxDatagramBytes();

  /**
   * Names the receiver of the connection's end, which is called once and in place, before readers
   * and writers wake, and must not block; at once if the connection has ended.
   */
  void onEnd(Consumer<ConnectionEnd> callback);

  /** How the connection ended; empty while it lives. The first cause counts. */
  Optional<ConnectionEnd> end();

  /**
   * Waits until the peer has acknowledged all stream data, ends of streams included, that has been
   * handed to write.
   *
   * <p>Closing a connection drops what was not sent or got lost; a graceful close calls this first.
   *
   * @return whether everything was acknowledged; false after the time-out or when the connection
   *     ended before
   */
  boolean awaitAcknowledged(Duration timeout) throws InterruptedException;

  /**
   * Waits until the connection has freed its threads and its socket, which it does some round trips
   * after its end.
   *
   * @return false after the time-out
   */
  boolean awaitTerminated(Duration timeout) throws InterruptedException;

  /**
   * The number of streams in the tables of this connection, for diagnosis: those with a direction
   * unfinished.
   */
  int streamCount();
}
