package dev.heddle.http3.datagram;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.VarInt;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * The datagrams of one connection on their way to sessions. The transport's receive path calls
 * {@link #receive}, one thread at a time; everything else is for any thread.
 */
public final class DatagramDemux {
  /** The largest quarter stream id that is one: RFC 9297 §2.1. */
  private static final long MAX_QUARTER_STREAM_ID = (1L << 60) - 1;

  private final EarlyLimits limits;
  private final LongSupplier clock;
  private final LongPredicate streamMayExist;
  private final Drops drops = new Drops(-1, -1);
  private final EarlyBuffer waiting;
  private final RecentIds removed = new RecentIds();
  private final LongTable<SessionDatagrams> sessions = new LongTable<>();

  /**
   * A demultiplexer without sessions.
   *
   * @param streamMayExist whether the stream limits allow a request stream of this id; asked on the
   *     receive path, where no session has it
   */
  public DatagramDemux(EarlyLimits limits, LongPredicate streamMayExist) {
    this(limits, streamMayExist, System::nanoTime);
  }

  DatagramDemux(EarlyLimits limits, LongPredicate streamMayExist, LongSupplier clock) {
    this.limits = limits;
    this.clock = clock;
    this.streamMayExist = streamMayExist;
    this.waiting = new EarlyBuffer(limits, drops, clock);
  }

  /**
   * Takes the payload of a QUIC DATAGRAM frame, and copies what it keeps.
   *
   * @throws ProtocolException if the connection must end for it
   */
  public void receive(ByteBuffer datagram) throws ProtocolException {
    long quarterStreamId = VarInt.decode(datagram);
    if (quarterStreamId == VarInt.TRUNCATED) {
      // RFC 9297 §2.1: too short for a quarter stream id
      throw ProtocolException.connection(
          H3Error.H3_DATAGRAM_ERROR, "a datagram ends inside its quarter stream id");
    }
    SessionDatagrams session = sessions.get(quarterStreamId);
    if (session != null) {
      session.receive(datagram);
    } else {
      unclaimed(quarterStreamId, datagram);
    }
  }

  private void unclaimed(long quarterStreamId, ByteBuffer datagram) throws ProtocolException {
    if (quarterStreamId > MAX_QUARTER_STREAM_ID) {
      // RFC 9297 §2.1: no stream has such an id
      throw ProtocolException.connection(
          H3Error.H3_DATAGRAM_ERROR, "quarter stream id " + quarterStreamId + " is too large");
    }
    long streamId = quarterStreamId << 2;
    if (removed.contains(streamId)) {
      drops.count(DropReason.SESSION_CLOSED, datagram.remaining());
      return;
    }
    if (!streamMayExist.test(streamId)) {
      // RFC 9297 §2.1: a stream that the limits rule out
      throw ProtocolException.connection(
          H3Error.H3_ID_ERROR, "a datagram for stream " + streamId + ", beyond the limits");
    }
    byte[] payload = new byte[datagram.remaining()];
    datagram.get(payload);
    if (!waiting.add(streamId, payload, false)) {
      drops.count(DropReason.SESSION_CLOSED, payload.length);
      return;
    }
    SessionDatagrams session = sessions.get(quarterStreamId);
    if (session != null) {
      // It was opened just now, and may have looked into the buffer too early.
      for (EarlyDatagram mine : waiting.take(any -> any.streamId() == streamId)) {
        session.receive(ByteBuffer.wrap(mine.payload()));
      }
    }
  }

  /**
   * Opens the session of a request stream, once.
   *
   * @param violated gets what its datagrams do wrong; runs on the receive path and must not block
   */
  public SessionDatagrams open(long streamId, Consumer<ProtocolException> violated) {
    SessionDatagrams session = new SessionDatagrams(this, streamId, limits, clock, violated);
    sessions.put(streamId >> 2, session);
    session.prepend(waiting.take(any -> any.streamId() == streamId));
    return session;
  }

  void remove(long streamId) {
    if (sessions.remove(streamId >> 2)) {
      removed.add(streamId);
    }
  }

  /**
   * Drops what has waited for too long. Never on the receive path.
   *
   * @param unclaimed gets the stream id of each such datagram that found no session
   */
  public void expire(LongConsumer unclaimed) {
    waiting.expire(gone -> unclaimed.accept(gone.streamId()));
    sessions.forEach(SessionDatagrams::expire);
  }

  /** Drops what waits; the sessions are their owners' to close. */
  public void close() {
    waiting.close(DropReason.SESSION_CLOSED);
  }

  /** Datagrams of this connection that reached no session, by reason. */
  public long dropped(DropReason reason) {
    return drops.of(reason);
  }
}
