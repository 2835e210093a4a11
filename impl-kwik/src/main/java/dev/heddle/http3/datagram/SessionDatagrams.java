package dev.heddle.http3.datagram;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.VarInt;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The datagrams of one session on their way to contexts. The session is undecided until {@link
 * #noContext} or {@link #contexts} is called; any thread may call what is public, once where it
 * says so.
 *
 * <p>What finds no context waits. Whoever opens a context publishes it first, then takes what waits
 * for it; the receive path puts into the buffer first, then looks for the context once more. So one
 * of the two takes each datagram, and in order.
 */
public final class SessionDatagrams {
  private final DatagramDemux demux;
  private final long streamId;
  private final Consumer<ProtocolException> violated;
  private final Drops drops;
  private final EarlyBuffer waiting;
  private final RecentIds removed = new RecentIds();
  private volatile DatagramInbox single;
  private volatile LongTable<DatagramInbox> contexts;

  SessionDatagrams(
      DatagramDemux demux,
      long streamId,
      EarlyLimits limits,
      LongSupplier clock,
      Consumer<ProtocolException> violated) {
    this.demux = demux;
    this.streamId = streamId;
    this.violated = violated;
    this.drops = new Drops(streamId, -1);
    this.waiting = new EarlyBuffer(limits, drops, clock);
  }

  /** Puts what came before the session in front of what came since. */
  void prepend(List<EarlyDatagram> earlier) {
    waiting.prepend(earlier);
  }

  /** Decides, once, that datagrams have no context id: all go here, those that wait first. */
  public void noContext(DatagramInbox inbox) {
    requireUndecided();
    inbox.opening();
    single = inbox;
    inbox.opened(waiting.take(any -> true));
  }

  /** Decides, once, that a context id stands in front of each datagram. */
  public void contexts() {
    requireUndecided();
    contexts = new LongTable<>();
    for (EarlyDatagram truncated : waiting.take(any -> contextId(any) == VarInt.TRUNCATED)) {
      malformed(truncated.payload().length);
    }
  }

  private void requireUndecided() {
    if (single != null || contexts != null) {
      throw new IllegalStateException("the mode of stream " + streamId + " is fixed already");
    }
  }

  /** Opens a context: its datagrams go here, those that wait first. */
  public void add(long contextId, DatagramInbox inbox) {
    inbox.opening();
    contexts.put(contextId, inbox);
    List<EarlyDatagram> mine = waiting.take(datagram -> contextId(datagram) == contextId);
    inbox.opened(mine.stream().map(SessionDatagrams::withoutContextId).toList());
  }

  /** Takes a context out, which its owner closes. */
  public void remove(long contextId) {
    if (contexts.remove(contextId)) {
      removed.add(contextId);
    }
  }

  /** Takes a QUIC datagram (the receive path), at its position behind the quarter stream id. */
  void receive(ByteBuffer datagram) {
    DatagramInbox inbox = single;
    if (inbox == null) {
      LongTable<DatagramInbox> table = contexts;
      if (table == null) {
        hold(rest(datagram), false);
        return;
      }
      int start = datagram.position();
      long contextId = VarInt.decode(datagram);
      if (contextId == VarInt.TRUNCATED) {
        malformed(datagram.remaining());
        return;
      }
      inbox = table.get(contextId);
      if (inbox == null) {
        datagram.position(start);
        unknown(contextId, rest(datagram), false);
        return;
      }
    }
    inbox.deliver(rest(datagram));
  }

  private static byte[] rest(ByteBuffer datagram) {
    byte[] payload = new byte[datagram.remaining()];
    datagram.get(payload);
    return payload;
  }

  /**
   * Takes the value of a DATAGRAM capsule (the session's capsule thread).
   *
   * @throws ProtocolException if it ends inside a context id
   */
  public void receiveCapsule(byte[] datagram) throws ProtocolException {
    DatagramInbox inbox = single;
    LongTable<DatagramInbox> table = contexts;
    if (inbox != null) {
      inbox.deliverCapsule(datagram);
    } else if (table == null) {
      hold(datagram, true);
    } else {
      long contextId = VarInt.decode(datagram, 0, datagram.length);
      if (contextId == VarInt.TRUNCATED) {
        drops.count(DropReason.MALFORMED, datagram.length);
        throw noContextId();
      }
      inbox = table.get(contextId);
      if (inbox == null) {
        unknown(contextId, datagram, true);
      } else {
        inbox.deliverCapsule(payload(datagram));
      }
    }
  }

  private void malformed(int bytes) {
    drops.count(DropReason.MALFORMED, bytes);
    violated.accept(noContextId());
  }

  private static ProtocolException noContextId() {
    // draft-ietf-masque-h3-datagram-04 §3: too short for its context id ends the stream
    return ProtocolException.stream(
        H3Error.H3_GENERAL_PROTOCOL_ERROR, "a datagram ends inside its context id");
  }

  private void unknown(long contextId, byte[] datagram, boolean inCapsule) {
    if (removed.contains(contextId)) {
      drops.count(DropReason.CONTEXT_CLOSED, datagram.length);
    } else {
      hold(datagram, inCapsule);
    }
  }

  /** Lets a datagram wait, unless what it waits for came just now. */
  private void hold(byte[] datagram, boolean inCapsule) {
    if (!waiting.add(streamId, datagram, inCapsule)) {
      drops.count(DropReason.SESSION_CLOSED, datagram.length);
      return;
    }
    DatagramInbox inbox = single;
    LongTable<DatagramInbox> table = contexts;
    if (inbox != null) {
      for (EarlyDatagram mine : waiting.take(any -> any.inCapsule() == inCapsule)) {
        deliver(inbox, mine);
      }
    } else if (table != null) {
      for (EarlyDatagram mine :
          waiting.take(any -> any.inCapsule() == inCapsule && routed(table, any))) {
        again(mine);
      }
    }
  }

  private boolean routed(LongTable<DatagramInbox> table, EarlyDatagram datagram) {
    long contextId = contextId(datagram);
    return contextId == VarInt.TRUNCATED || table.get(contextId) != null;
  }

  /** Delivers one that was taken out of the buffer because its context is there, or was. */
  private void again(EarlyDatagram datagram) {
    long contextId = contextId(datagram);
    if (contextId == VarInt.TRUNCATED) {
      malformed(datagram.payload().length);
      return;
    }
    DatagramInbox inbox = contexts.get(contextId);
    if (inbox == null) {
      drops.count(DropReason.CONTEXT_CLOSED, datagram.payload().length);
    } else {
      deliver(inbox, withoutContextId(datagram));
    }
  }

  private static void deliver(DatagramInbox inbox, EarlyDatagram datagram) {
    if (datagram.inCapsule()) {
      inbox.deliverCapsule(datagram.payload());
    } else {
      inbox.deliver(datagram.payload());
    }
  }

  private static long contextId(EarlyDatagram datagram) {
    return VarInt.decode(datagram.payload(), 0, datagram.payload().length);
  }

  private static EarlyDatagram withoutContextId(EarlyDatagram datagram) {
    return new EarlyDatagram(
        datagram.streamId(),
        payload(datagram.payload()),
        datagram.inCapsule(),
        datagram.arrivalNanos());
  }

  private static byte[] payload(byte[] datagram) {
    int start = VarInt.length(datagram[0]);
    byte[] payload = new byte[datagram.length - start];
    System.arraycopy(datagram, start, payload, 0, payload.length);
    return payload;
  }

  /** Drops what waits and is too old. */
  void expire() {
    waiting.expire(unused -> {});
  }

  /** Leaves the connection and drops what waits. The inboxes are their owners' to close. */
  public void close() {
    demux.remove(streamId);
    waiting.close(DropReason.SESSION_CLOSED);
  }

  /** Datagrams of this session that reached no context, by reason. */
  public long dropped(DropReason reason) {
    return drops.of(reason);
  }
}
