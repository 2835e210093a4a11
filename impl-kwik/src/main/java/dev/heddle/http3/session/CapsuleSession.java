package dev.heddle.http3.session;

import dev.heddle.CapsulePolicy;
import dev.heddle.CapsuleStream;
import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramDropReason;
import dev.heddle.DatagramFormat;
import dev.heddle.DatagramLimits;
import dev.heddle.DatagramsNotNegotiatedException;
import dev.heddle.DropPolicy;
import dev.heddle.ErrorCode;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;
import dev.heddle.http3.connection.HttpDatagrams;
import dev.heddle.http3.connection.RequestStream;
import dev.heddle.http3.datagram.DatagramInbox;
import dev.heddle.http3.datagram.SendQueue;
import dev.heddle.http3.datagram.SessionDatagrams;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What an Extended CONNECT session has beside a plain one: the choice between raw bytes and
 * capsules on its data stream, and with capsules its datagrams. Any thread.
 */
final class CapsuleSession {
  private enum Use {
    UNDECIDED,
    BYTES,
    CAPSULES
  }

  private final RequestStream stream;
  private final boolean client;
  private final HttpDatagrams datagrams;
  private final DatagramLimits limits;
  private final Set<CapsuleSession> live;
  private final SessionDatagrams received;
  private final SendQueue.Group sender;
  private final CapsuleOutbox outbox;
  private final OwnCapsules own;
  private final DatagramContexts contexts;
  private final CapsuleLoop loop;
  private final AtomicReference<Use> use = new AtomicReference<>(Use.UNDECIDED);
  private final AtomicBoolean running = new AtomicBoolean();
  private final AtomicReference<Supplier<? extends IOException>> sendingEnd =
      new AtomicReference<>();

  /**
   * The capsule side of a session.
   *
   * @param live where the session is while its capsules are read
   */
  CapsuleSession(RequestStream stream, boolean client, String protocol, Set<CapsuleSession> live) {
    this.stream = stream;
    this.client = client;
    this.datagrams = stream.connection().datagrams();
    this.limits = stream.connection().limits().datagrams();
    this.live = live;
    this.received = datagrams.open(stream);
    this.sender = datagrams.sender();
    this.outbox = new CapsuleOutbox(stream);
    this.own = new OwnCapsules(outbox);
    this.contexts = new DatagramContexts(this, received, client, protocol);
    this.loop = new CapsuleLoop(stream, limits.maxCapsuleBytes(), received, contexts, own);
    stream.onDone(this::streamDone);
  }

  HttpDatagrams datagrams() {
    return datagrams;
  }

  DatagramLimits limits() {
    return limits;
  }

  CapsuleOutbox outbox() {
    return outbox;
  }

  DatagramContexts contexts() {
    return contexts;
  }

  /** A context, which its owner routes datagrams to. */
  SessionContext context(long id, DatagramFormat format) {
    dev.heddle.http3.datagram.DropPolicy policy =
        limits.dropPolicy() == DropPolicy.DROP_OLDEST
            ? dev.heddle.http3.datagram.DropPolicy.OLDEST
            : dev.heddle.http3.datagram.DropPolicy.NEWEST;
    return new SessionContext(
        this,
        id,
        format,
        new DatagramInbox(stream.id(), id, limits.queue(), policy),
        sender.lane(stream.id(), id));
  }

  DatagramContext accept() throws IOException, InterruptedException {
    requireCapsules();
    run();
    return contexts.accept();
  }

  DatagramContext register(DatagramFormat format) throws IOException {
    requireCapsules();
    requireDatagrams();
    return running(() -> contexts.register(format));
  }

  DatagramContext noContext() throws IOException {
    requireCapsules();
    requireDatagrams();
    return running(contexts::noContext);
  }

  CapsuleStream capsules(long... types) throws IOException {
    requireCapsules();
    own.want(types);
    run();
    return own;
  }

  private interface Call {
    DatagramContext run() throws IOException, InterruptedException;
  }

  /**
   * Makes a call, and only then begins to read, so that nothing is read before its mode is fixed.
   */
  private DatagramContext running(Call call) throws IOException {
    try {
      return call.run();
    } catch (InterruptedException e) {
      InterruptedIOException interrupted = new InterruptedIOException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      run();
    }
  }

  private void requireCapsules() {
    if (use.compareAndSet(Use.UNDECIDED, Use.CAPSULES)) {
      return;
    }
    if (use.get() == Use.BYTES) {
      throw new IllegalStateException(
          "this session's stream is used as plain bytes; datagrams and capsules need a session"
              + " whose bodyReader(), bodyWriter() and stream() were not used");
    }
  }

  /** Notes that the data stream is used as plain bytes; refuses that where capsules are. */
  void requireBytes() {
    Use now = use.get();
    if (now == Use.UNDECIDED) {
      now = use.compareAndExchange(Use.UNDECIDED, Use.BYTES);
      if (now == Use.UNDECIDED) {
        received.close(); // from now on datagrams have no meaning here
      }
    }
    // What follows a response that says no is its body.
    if (now == Use.CAPSULES && !refused()) {
      throw new IllegalStateException(
          "this session's stream carries capsules; use capsules() for bytes of your own");
    }
  }

  private boolean refused() {
    return client && stream.headersSoFar().map(CapsuleLoop::refuses).orElse(false);
  }

  private void requireDatagrams() throws DatagramsNotNegotiatedException {
    Optional<String> refusal = datagrams.refusal();
    if (refusal.isPresent() && datagrams.options().capsules() == CapsulePolicy.NEVER) {
      throw new DatagramsNotNegotiatedException(advice(refusal.get()));
    }
  }

  /** Why datagrams cannot be sent, and what helps. */
  static String advice(String refusal) {
    return refusal + "; DatagramOptions with CapsulePolicy.WHEN_NEEDED sends them in capsules";
  }

  /** Reads capsules from now on. */
  private void run() {
    if (running.compareAndSet(false, true)) {
      live.add(this);
      Thread.ofVirtual().name("heddle-capsules").start(this::read);
    }
  }

  private void read() {
    Supplier<? extends IOException> end = () -> new IOException("a fault in Heddle");
    try {
      end = loop.run();
    } catch (Throwable e) {
      stream.connection().failInternally(e);
    } finally {
      if (!loop.endedCleanly()) {
        sendingEnded(end); // a peer that resets its direction wants no more of the session
      }
      receivingEnded(end); // behind the other, so that who reads this end finds that one too
      live.remove(this);
    }
  }

  /** Refuses to send once that has ended. */
  void requireSending() throws IOException {
    Supplier<? extends IOException> ended = sendingEnd.get();
    if (ended != null) {
      throw ended.get();
    }
    OptionalLong stopped = stream.stoppedCode();
    if (stopped.isPresent()) {
      // RFC 9297 §2.1: no datagram once the sending side of the stream has ended
      ErrorCode code = new ErrorCode(stopped.getAsLong());
      sendingEnded(() -> new StreamResetException(code, true, "the peer wants no more"));
      throw sendingEnd.get().get();
    }
    if (stream.sendingOver()) {
      throw new SessionClosedException("this side has given up its direction");
    }
  }

  /** Sends what waits in capsules, before this side ends its direction. */
  void finish() throws IOException {
    if (!running.get()) {
      return;
    }
    try {
      outbox.flush();
    } catch (InterruptedException e) {
      InterruptedIOException interrupted = new InterruptedIOException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    }
    sendingEnded(Ends.sendingEnded());
  }

  /** This side has given up its direction, or ended it. */
  void sendingEnded(Supplier<? extends IOException> how) {
    sendingEnd.compareAndSet(null, how);
    contexts.sendingEnded(how);
    outbox.end(how);
  }

  /** Nothing more comes. */
  private void receivingEnded(Supplier<? extends IOException> how) {
    contexts.receivingEnded(how);
    own.end(how);
    received.close();
  }

  /**
   * The connection is over. A stream that this side had given up before keeps its own end: the peer
   * may have closed the connection because of it.
   */
  void connectionEnded(ConnectionClosedException how) {
    ended(Ends.of(stream.explained(how), stream));
  }

  /** The session is over. Never waits. */
  void ended(Supplier<? extends IOException> how) {
    sendingEnded(how);
    receivingEnded(how);
  }

  /** Both directions are over. */
  private void streamDone() {
    received.close();
  }

  /** Datagrams that reached no context. */
  Map<DatagramDropReason, Long> dropped() {
    Map<DatagramDropReason, Long> dropped = DropCounts.of(received::dropped);
    if (loop.tooLarge() > 0) {
      dropped.put(DatagramDropReason.CAPSULE_TOO_LARGE, loop.tooLarge());
    }
    return Map.copyOf(dropped);
  }
}
