package dev.heddle.http3.connection;

import dev.heddle.ConnectionClosedException;
import dev.heddle.DatagramOptions;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.Limits;
import dev.heddle.RequestRejectedException;
import dev.heddle.http3.quic.QuicConnection;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.Settings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An HTTP/3 connection in either role, without an opinion on what its requests are for. Any thread.
 */
public final class Http3Connection {
  private static final System.Logger LOG = System.getLogger(Http3Connection.class.getName());

  private static final ThreadFactory REQUEST_THREADS =
      Thread.ofVirtual().name("heddle-request").factory();

  private final QuicConnection quic;
  private final ConnectionRules rules;
  private final ControlSender control;
  private final PeerStreams peerStreams;
  private final HttpDatagrams datagrams;
  private final RequestTable requests;
  private final Watch watch;
  private final Consumer<RequestStream> handler;
  private final boolean releaseWhenDone;
  private final Consumer<ConnectionClosedException> onEnd;
  private final CompletableFuture<Settings> peerSettings = new CompletableFuture<>();
  private final ConnectionEnd end = new ConnectionEnd();
  private final AtomicBoolean cleanedUp = new AtomicBoolean();

  /**
   * A connection that {@link #start()} brings to life.
   *
   * @param releaseWhenDone whether a request is over once both messages have ended; otherwise it is
   *     over when {@link #release} says so
   * @param handler takes each request stream of the peer, on a virtual thread of its own, before
   *     anything was read from it
   * @param onEnd learns the end of the connection, once, and must not block
   */
  public Http3Connection(
      QuicConnection quic,
      Limits limits,
      DatagramOptions datagrams,
      boolean releaseWhenDone,
      Consumer<RequestStream> handler,
      Consumer<ConnectionClosedException> onEnd) {
    this.quic = quic;
    this.rules = ConnectionRules.of(limits);
    this.releaseWhenDone = releaseWhenDone;
    this.handler = handler;
    this.onEnd = onEnd;
    this.requests = new RequestTable(limits);
    this.datagrams = new HttpDatagrams(this, requests, datagrams);
    this.control =
        new ControlSender(
            this, ControlSender.settings(limits, quic.client(), this.datagrams.announced()));
    this.peerStreams = new PeerStreams(this, quic.client());
    this.watch = new Watch(this, control, requests, limits.headerTimeout());
  }

  /** Registers with the transport, sends SETTINGS and starts to read. Returns at once. */
  public void start() {
    datagrams.start(control);
    control.start();
    watch.start();
    quic.start(this::opened, this::transportEnded);
  }

  ConnectionRules rules() {
    return rules;
  }

  /** What the peer can make this side hold. */
  public Limits limits() {
    return rules.limits();
  }

  /** The datagrams of all its sessions. */
  public HttpDatagrams datagrams() {
    return datagrams;
  }

  /** The transport below, for its addresses. */
  public QuicConnection quic() {
    return quic;
  }

  /** Opens a request stream, waiting for credit; its headers are still to be sent. */
  public RequestStream open(Headers request) throws IOException, InterruptedException {
    requireOpen();
    RequestStream stream = new RequestStream(openStream(), this, request);
    if (!requests.addOwn(stream)) {
      stream.rejected("the connection is going away");
      requireOpen();
    }
    return stream;
  }

  private QuicStream openStream() throws IOException, InterruptedException {
    try {
      return quic.openStream(true);
    } catch (ConnectionClosedException e) {
      if (requests.goingAway()) {
        throw new RequestRejectedException("the connection went away before there was a stream");
      }
      throw ended(e);
    }
  }

  private void requireOpen() throws Http3Exception {
    if (end.known()) {
      throw ended(null);
    }
    if (requests.goingAway()) {
      // RFC 9114 §5.2: a client that has seen GOAWAY opens no request on this connection
      throw new RequestRejectedException("the connection is going away");
    }
  }

  /** Learns that both messages of a request have ended. */
  void done(RequestStream stream) {
    if (releaseWhenDone) {
      requests.remove(stream);
    }
  }

  /** Forgets a request stream that its program is done with. */
  public void release(RequestStream stream) {
    requests.remove(stream);
  }

  /** Counts a request that the client gave up. */
  public void countGivenUp() {
    try {
      rules.resets().count();
    } catch (ProtocolException e) {
      fail(e);
    }
  }

  /**
   * Learns that a request's headers have arrived.
   *
   * @return false if that was too late and the request has been rejected
   */
  public boolean headersArrived(RequestStream stream) {
    return requests.completed(stream);
  }

  /** Waits for the peer's SETTINGS. */
  public Settings peerSettings() throws IOException, InterruptedException {
    try {
      return peerSettings.get();
    } catch (ExecutionException e) {
      throw ended(null);
    }
  }

  /**
   * The peer's SETTINGS if they have arrived, else those that hold until then (RFC 9114 §7.2.4.2).
   */
  public Settings peerSettingsNow() {
    return peerSettings.isCompletedExceptionally()
        ? Settings.NONE
        : peerSettings.getNow(Settings.NONE);
  }

  /** Whether the connection has ended. */
  boolean hasEnded() {
    return end.known();
  }

  boolean settled() {
    return peerSettings.isDone();
  }

  /** Whether new requests can still come or go. */
  public boolean isOpen() {
    return !end.known() && !requests.goingAway();
  }

  /** Sends GOAWAY, once; requests of the peer beyond it are rejected from now on. */
  public void goAway() {
    long id = requests.goAway();
    if (id >= 0 && !end.known()) {
      // RFC 9114 §5.2: a server names the first request it will not process, a client a push id
      control.goAway(quic.client() ? 0 : id);
    }
  }

  /** Waits for an idle connection whose GOAWAY was sent, or for its end, at most so long. */
  public void awaitIdle(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    requests.awaitEmpty(limit);
    control.awaitGoAway(limit.minusNanos(System.nanoTime() - start));
  }

  /** Closes the connection; the first code and reason count. */
  public void close(H3Error error, String reason) {
    end.closed(new ErrorCode(error.code()), reason);
    quic.close(error.code(), reason);
    cleanUp();
  }

  /** Closes the connection because the peer broke a rule. */
  public void fail(ProtocolException violation) {
    LOG.log(Level.DEBUG, () -> quic.remoteAddress() + ": " + violation);
    close(violation.error(), violation.getMessage());
  }

  /** Closes the connection because this library failed. */
  public void failInternally(Throwable bug) {
    LOG.log(Level.ERROR, "a fault in Heddle ends the connection", bug);
    close(H3Error.H3_INTERNAL_ERROR, "internal error");
  }

  /** The exception that says how the connection ended: the first end, whatever this call met. */
  public ConnectionClosedException ended(Throwable met) {
    return end.exception(met);
  }

  void settled(Settings settings) throws ProtocolException {
    datagrams.check(settings);
    peerSettings.complete(settings);
  }

  void peerGoesAway(long id) {
    // RFC 9114 §5.2: requests at and above the id were not and will not be processed. What a client
    // names is a push id, which concerns no request.
    for (RequestStream stream : requests.peerGoesAway(quic.client() ? id : Long.MAX_VALUE)) {
      stream.rejected("the server has sent GOAWAY");
    }
  }

  private void opened(QuicStream stream) {
    if (!stream.bidirectional()) {
      peerStreams.accept(stream);
    } else if (quic.client()) {
      // RFC 9114 §6.1: a server opens no bidirectional streams
      fail(
          ProtocolException.connection(
              H3Error.H3_STREAM_CREATION_ERROR, "a bidirectional stream from a server"));
    } else {
      datagrams.peerOpened(stream.id());
      request(new RequestStream(stream, this, null));
    }
  }

  private void request(RequestStream stream) {
    if (end.known() || !requests.addPeers(stream)) {
      stream.reject();
      countGivenUp();
      return;
    }
    REQUEST_THREADS.newThread(() -> handle(stream)).start();
  }

  private void handle(RequestStream stream) {
    try {
      handler.accept(stream);
    } catch (Throwable e) {
      failInternally(e);
    }
  }

  private void transportEnded(ConnectionClosedException how) {
    end.learn(how);
    cleanUp();
  }

  /** Once the transport has ended, so that nothing here sends what the peer could take for more. */
  private void cleanUp() {
    if (cleanedUp.compareAndSet(false, true)) {
      ConnectionClosedException how = end.exception(null);
      peerSettings.completeExceptionally(how);
      control.stop();
      watch.stop();
      requests.end();
      datagrams.end();
      onEnd.accept(how);
    }
  }
}
