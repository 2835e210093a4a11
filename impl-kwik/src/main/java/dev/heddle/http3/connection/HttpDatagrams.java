package dev.heddle.http3.connection;

import dev.heddle.DatagramLimits;
import dev.heddle.DatagramOptions;
import dev.heddle.http3.datagram.DatagramDemux;
import dev.heddle.http3.datagram.DropReason;
import dev.heddle.http3.datagram.EarlyLimits;
import dev.heddle.http3.datagram.SendQueue;
import dev.heddle.http3.datagram.SessionDatagrams;
import dev.heddle.http3.quic.DatagramSource;
import dev.heddle.http3.quic.QuicConnection;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The HTTP datagrams of one connection and their negotiation (RFC 9297 §2.1). Any thread. */
public final class HttpDatagrams {
  private final Http3Connection connection;
  private final RequestTable requests;
  private final QuicConnection quic;
  private final DatagramOptions options;
  private final long streamsAtOnce;
  private final DatagramDemux demux;
  private final SendQueue queue;
  private final AtomicLong peerStreams = new AtomicLong();
  private final AtomicBoolean checking = new AtomicBoolean();
  private volatile ControlSender control;
  private volatile boolean negotiated;

  HttpDatagrams(Http3Connection connection, RequestTable requests, DatagramOptions options) {
    this.connection = connection;
    this.requests = requests;
    this.quic = connection.quic();
    this.options = options;
    DatagramLimits limits = connection.rules().limits().datagrams();
    this.streamsAtOnce = connection.rules().limits().maxConcurrentRequests();
    this.demux =
        new DatagramDemux(
            new EarlyLimits(limits.earlyDatagrams(), limits.earlyBytes(), limits.earlyTime()),
            this::unknown);
    int perContext = Math.max(1, limits.sendQueue() / 4);
    this.queue = new SendQueue(limits.sendQueue(), perContext, quic::datagramsReady);
  }

  /** Whether this side takes part, and says so in its SETTINGS. */
  boolean announced() {
    return options.enabled() && quic.datagramsPossible();
  }

  /** Takes part from now on; this side's SETTINGS go out through {@code control}. */
  void start(ControlSender control) {
    this.control = control;
    if (announced()) {
      quic.datagrams(new Source(queue), this::receive);
    }
  }

  /** Checks what the peer says against what its transport has said. */
  void check(Settings settings) throws ProtocolException {
    // draft-ietf-masque-h3-datagram-03 §8: who sends the setting with 1 sends the transport
    // parameter max_datagram_frame_size too. RFC 9297 keeps silent, and the peers in use insist.
    if (announced() && settings.datagrams() && quic.maxDatagramBytes() == 0) {
      throw ProtocolException.connection(
          H3Error.H3_SETTINGS_ERROR,
          "SETTINGS_H3_DATAGRAM of 1 without the transport parameter max_datagram_frame_size");
    }
  }

  private record Source(SendQueue queue) implements DatagramSource {
    @Override
    public int nextBytes() {
      return queue.nextBytes();
    }

    @Override
    public void writeNext(ByteBuffer packet) {
      queue.writeNext(packet);
    }

    @Override
    public void discardNext() {
      queue.discardNext();
    }
  }

  /** On the transport's receive path. */
  private void receive(ByteBuffer datagram) {
    try {
      demux.receive(datagram);
    } catch (ProtocolException e) {
      connection.fail(e);
    } catch (RuntimeException | Error e) {
      connection.failInternally(e);
    }
  }

  /** Learns that the peer has opened a request stream. */
  void peerOpened(long streamId) {
    peerStreams.accumulateAndGet((streamId >> 2) + 1, Math::max);
  }

  /**
   * Whether the limits allow a client a request stream of this id. The transport gives credit for
   * so many streams beyond those that are over, which are some of those that were opened.
   */
  boolean mayOpen(long streamId) {
    return (streamId >> 2) < peerStreams.get() + streamsAtOnce;
  }

  /**
   * Has a stream without a session looked at, and says whether it can exist at all. On the receive
   * path, for datagrams that find no session.
   */
  private boolean unknown(long streamId) {
    // RFC 9297 §2.1: a stream beyond the limits
    if (!quic.client() && !mayOpen(streamId)) {
      return false;
    }
    boolean there = quic.client() || (streamId >> 2) < peerStreams.get();
    if (there && checking.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("heddle-datagram-check")
          .start(() -> {
            checking.set(false);
            refuse(streamId);
          });
    }
    return true;
  }

  /** Ends a request that cannot have datagrams and got one. */
  private void refuse(long streamId) {
    requests
        .find(streamId)
        .filter(RequestStream::knownWithoutDatagrams)
        .ifPresent(stream ->
            // RFC 9297 §2: datagrams for a request that has no semantics for them
            stream.explained(
                ProtocolException.stream(
                    H3Error.H3_DATAGRAM_ERROR,
                    "a datagram for a request that is no Extended CONNECT")));
  }

  /** Drops what has waited for too long. */
  void expire() {
    demux.expire(this::refuse);
  }

  /** The datagrams of a session that can have some. */
  public SessionDatagrams open(RequestStream stream) {
    return demux.open(
        stream.id(),
        violation ->
            Thread.ofVirtual()
                .name("heddle-datagram-violation")
                .start(() -> stream.explained(violation)));
  }

  /** A place in the queue of what is to be sent. */
  public SendQueue.Group sender() {
    return queue.session();
  }

  /** Datagrams that reached no session, by reason. */
  public long dropped(DropReason reason) {
    return demux.dropped(reason);
  }

  /** What this side was told to do. */
  public DatagramOptions options() {
    return options;
  }

  /**
   * Waits until both sides have said whether they take part. No session that can have datagrams
   * exists before, so that what it says of them holds: a request can overtake its client's
   * SETTINGS, and a response the moment when this side learns that its own have left. The
   * connection's watch ends a wait that lasts too long.
   */
  public void awaitSettled() throws IOException, InterruptedException {
    if (announced() && !negotiated) {
      connection.peerSettings();
      control.awaitSettingsSent();
    }
  }

  /** Why no QUIC datagrams can be sent, if they cannot. Once that is settled. */
  public Optional<String> refusal() {
    if (!options.enabled()) {
      return Optional.of("datagrams are switched off on this side, by its DatagramOptions");
    }
    if (!quic.datagramsPossible()) {
      return Optional.of("this side's transport has no datagrams");
    }
    // RFC 9297 §2.1.1: no QUIC datagram before the setting was sent and received with value 1
    if (!connection.peerSettingsNow().datagrams()) {
      return Optional.of("the peer sent no SETTINGS_H3_DATAGRAM (0x33) with value 1");
    }
    if (quic.maxDatagramBytes() <= 0) {
      return Optional.of("the peer's transport takes no DATAGRAM frames (RFC 9221)");
    }
    return Optional.empty();
  }

  /** Bytes of the largest QUIC datagram that can be sent now; 0 where none can. Once settled. */
  public int maxBytes() {
    if (!negotiated) {
      negotiated = refusal().isEmpty(); // which it then stays
    }
    return negotiated ? quic.maxDatagramBytes() : 0;
  }

  /** Ends all waiting for room, and drops what waits to be sent: the connection is over. */
  void end() {
    queue.close(() -> connection.ended(null));
    demux.close();
  }
}
