package dev.heddle.http3.session;

import dev.heddle.CapsulePolicy;
import dev.heddle.Datagram;
import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramFormat;
import dev.heddle.DatagramStats;
import dev.heddle.DatagramTooLargeException;
import dev.heddle.DatagramsNotNegotiatedException;
import dev.heddle.http3.connection.HttpDatagrams;
import dev.heddle.http3.datagram.DatagramInbox;
import dev.heddle.http3.datagram.Received;
import dev.heddle.http3.datagram.SendLane;
import dev.heddle.http3.wire.CapsuleWriter;
import dev.heddle.http3.wire.ContextCapsule;
import dev.heddle.http3.wire.VarInt;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A datagram context of a session. Any thread. */
final class SessionContext implements DatagramContext {
  static final long NO_ID = -1;

  private final CapsuleSession session;
  private final long id;
  private final DatagramFormat format;
  private final DatagramInbox inbox;
  private final SendLane lane;
  private final HttpDatagrams datagrams;
  private final int maxInCapsule;
  private final AtomicLong sentInCapsules = new AtomicLong();
  private final AtomicReference<Supplier<? extends IOException>> end = new AtomicReference<>();

  SessionContext(
      CapsuleSession session, long id, DatagramFormat format, DatagramInbox inbox, SendLane lane) {
    this.session = session;
    this.id = id;
    this.format = format;
    this.inbox = inbox;
    this.lane = lane;
    this.datagrams = session.datagrams();
    this.maxInCapsule = session.limits().maxCapsuleBytes() - (id == NO_ID ? 0 : VarInt.size(id));
  }

  long id() {
    return id;
  }

  /** The capsule that tells the peer of this context. */
  ContextCapsule.Register registration() {
    return new ContextCapsule.Register(id, format.type(), format.data());
  }

  DatagramInbox inbox() {
    return inbox;
  }

  /** Ends both directions; what has arrived can still be read. The first end counts. */
  void end(Supplier<? extends IOException> how) {
    end.compareAndSet(null, how);
    inbox.close(how);
    lane.discard(how);
  }

  /** Ends receiving: nothing more can come. */
  void receivingEnded(Supplier<? extends IOException> how) {
    inbox.close(how);
  }

  /** Ends sending: the session's direction has ended. */
  void sendingEnded(Supplier<? extends IOException> how) {
    end.compareAndSet(null, how);
    lane.discard(how);
  }

  @Override
  public OptionalLong contextId() {
    return id == NO_ID ? OptionalLong.empty() : OptionalLong.of(id);
  }

  @Override
  public DatagramFormat format() {
    return format;
  }

  @Override
  public byte[] readDatagram() throws IOException, InterruptedException {
    return inbox.read().payload();
  }

  @Override
  public Optional<byte[]> readDatagram(Duration timeout) throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before a datagram was read");
    }
    Received received = timeout.isPositive() ? inbox.read(timeout) : inbox.poll();
    return Optional.ofNullable(received).map(Received::payload);
  }

  @Override
  public Datagram receive() throws IOException, InterruptedException {
    Received received = inbox.read();
    return new Datagram(received.payload(), received.inCapsule());
  }

  @Override
  public void writeDatagram(byte[] payload) throws IOException, InterruptedException {
    requireSending();
    if (goesIntoCapsule(payload)) {
      writeInCapsule(payload);
    } else {
      lane.write(payload.clone());
    }
  }

  @Override
  public boolean tryWriteDatagram(byte[] payload) throws IOException {
    requireSending();
    if (!goesIntoCapsule(payload)) {
      return lane.tryWrite(payload.clone());
    }
    requireFitsCapsule(payload);
    boolean written = session.outbox().tryWrite(CapsuleWriter.datagram(id, payload));
    if (written) {
      sentInCapsules.incrementAndGet();
    }
    return written;
  }

  @Override
  public void writeInCapsule(byte[] payload) throws IOException, InterruptedException {
    requireSending();
    requireFitsCapsule(payload);
    session.outbox().write(CapsuleWriter.datagram(id, payload));
    sentInCapsules.incrementAndGet();
  }

  private CapsulePolicy policy() {
    return datagrams.options().capsules();
  }

  private void requireSending() throws IOException {
    session.requireSending();
    Supplier<? extends IOException> ended = end.get();
    if (ended != null) {
      throw ended.get();
    }
  }

  private boolean goesIntoCapsule(byte[] payload) throws IOException {
    if (policy() == CapsulePolicy.ALWAYS) {
      return true;
    }
    boolean fits = payload.length <= maxInPacket();
    if (fits || policy() == CapsulePolicy.WHEN_NEEDED) {
      return !fits;
    }
    Optional<String> refusal = datagrams.refusal();
    if (refusal.isPresent()) {
      throw new DatagramsNotNegotiatedException(CapsuleSession.advice(refusal.get()));
    }
    throw new DatagramTooLargeException(payload.length, Math.max(0, maxInPacket()));
  }

  private void requireFitsCapsule(byte[] payload) throws DatagramTooLargeException {
    if (payload.length > maxInCapsule) {
      throw new DatagramTooLargeException(payload.length, maxInCapsule);
    }
  }

  /** Below 0 where not even an empty datagram can be sent. */
  private int maxInPacket() {
    return datagrams.maxBytes() - lane.prefixBytes();
  }

  @Override
  public int maxDatagramSize() {
    int inPacket = Math.max(0, maxInPacket());
    return switch (policy()) {
      case NEVER -> inPacket;
      case WHEN_NEEDED -> Math.max(inPacket, maxInCapsule);
      case ALWAYS -> maxInCapsule;
    };
  }

  @Override
  public DatagramStats stats() {
    return new DatagramStats(
        inbox.received(),
        inbox.delivered(),
        lane.sent() + sentInCapsules.get(),
        DropCounts.of(reason -> inbox.dropped(reason) + lane.dropped(reason)));
  }

  @Override
  public void close(DatagramCloseCode code, String details) {
    if (details.length() > ContextCapsule.Close.MAX_DETAILS) {
      throw new IllegalArgumentException(
          "details of at most "
              + ContextCapsule.Close.MAX_DETAILS
              + " characters, not "
              + details.length());
    }
    session.contexts().closeHere(this, code, details);
  }

  @Override
  public void close() {
    close(DatagramCloseCode.NO_ERROR, "");
  }
}
