package dev.heddle.http3.session;

import dev.heddle.BidirectionalStream;
import dev.heddle.Capsule;
import dev.heddle.CapsuleStream;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramDropReason;
import dev.heddle.DatagramFormat;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.http3.connection.OutgoingMessage;
import dev.heddle.http3.connection.RequestStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A session on its request stream. Any thread; the stream lets readers and writers take turns. */
final class RequestSession implements Session {
  /** For how much longer a request is read whose response was sent before its end. */
  private static final Duration LINGER = Duration.ofMillis(200);

  private static final int MOST_DISCARDED = 64 * 1024;

  private final RequestStream stream;
  private final HeddleConnection connection;
  private final OutgoingMessage messages;
  private final boolean client;
  private final Expectation expectation;
  private final BodyReader bodyReader;
  private final BodyWriter bodyWriter;
  private final RequestTunnel tunnel;
  private final CapsuleSession capsules; // null where the request is no Extended CONNECT
  private volatile boolean accepted; // a server has sent a final response of 2xx

  RequestSession(
      RequestStream stream, HeddleConnection connection, OutgoingMessage messages, boolean client) {
    this.stream = stream;
    this.connection = connection;
    this.messages = messages;
    this.client = client;
    this.capsules =
        messages.extendedConnect()
            ? new CapsuleSession(
                stream, client, messages.protocol().orElseThrow(), connection.capsuleSessions())
            : null;
    this.expectation = new Expectation(stream, client);
    // RFC 9114 §4.1: a server that needs no more of a request says so with H3_NO_ERROR
    this.bodyReader =
        new BodyReader(this, client ? ErrorCode.H3_REQUEST_CANCELLED : ErrorCode.H3_NO_ERROR);
    this.bodyWriter = new BodyWriter(this);
    this.tunnel = new RequestTunnel(this, stream, bodyReader, bodyWriter);
  }

  RequestStream requestStream() {
    return stream;
  }

  @Override
  public long id() {
    return stream.id();
  }

  @Override
  public SessionConnection connection() {
    return connection;
  }

  @Override
  public Headers headers() throws IOException, InterruptedException {
    return interruptible(stream::headers);
  }

  @Override
  public List<Headers> informational() {
    return stream.informational();
  }

  @Override
  public Headers trailers() throws IOException, InterruptedException {
    return interruptible(stream::trailers);
  }

  @Override
  public void respond(Headers response) throws IOException {
    requireServer();
    expectation.answered();
    if (messages.isInterim(response)) {
      stream.interim(response);
    } else {
      Headers sent = messages.completed(response);
      stream.lookAhead(messages.patience(false));
      stream.send(sent, messages.bodyLength(sent), messages.discardsBody());
      accepted = sent.status().orElseThrow() / 100 == 2;
    }
  }

  @Override
  public void respond(Headers response, byte[] body) throws IOException {
    requireServer();
    byte[] whole = messages.whole(response, body);
    stream.lookAhead(messages.patience(true));
    stream.send(response, whole);
  }

  private void requireServer() {
    if (client) {
      throw new IllegalStateException("only a server responds; a client reads headers()");
    }
  }

  @Override
  public InputStream bodyReader() {
    return bodyReader;
  }

  @Override
  public OutputStream bodyWriter() {
    return bodyWriter;
  }

  @Override
  public void finish(Headers trailers) throws IOException {
    messages.requireTrailers(trailers);
    if (stream.sent()) {
      throw new IllegalStateException("this direction has ended; trailers come once, at its end");
    }
    endSending(trailers);
  }

  /** Ends this side's direction behind what waits to be sent. */
  void endSending(Headers trailers) throws IOException {
    if (capsules != null) {
      capsules.finish();
    }
    stream.finish(trailers);
  }

  /** Checks what still comes of a request whose response was sent whole. */
  void discardRest() throws IOException {
    if (stream.sent() && !messages.connects()) {
      stream.discardRest(LINGER, MOST_DISCARDED);
    }
  }

  /** Learns that the body is about to be read. */
  void beforeRead() {
    requireBytes();
    expectation.reading();
  }

  /** Notes that the data stream is used as plain bytes; refuses that where capsules are. */
  void requireBytes() {
    if (capsules != null) {
      capsules.requireBytes();
    }
  }

  /** Learns that this side has given up its direction. */
  void gaveUpSending() {
    if (capsules != null) {
      capsules.sendingEnded(Ends.sendingEnded());
    }
  }

  @Override
  public DatagramContext acceptDatagramContext() throws IOException, InterruptedException {
    return requireCapsules().accept();
  }

  @Override
  public DatagramContext registerDatagramContext() throws IOException {
    return registerDatagramContext(DatagramFormat.DEFAULT);
  }

  @Override
  public DatagramContext registerDatagramContext(DatagramFormat format) throws IOException {
    return requireCapsules().register(format);
  }

  @Override
  public DatagramContext datagramNoContext() throws IOException {
    return requireCapsules().noContext();
  }

  @Override
  public CapsuleStream capsules(long... types) throws IOException {
    for (long type : types) {
      new Capsule(type, new byte[0]); // refuses what is not an application's type
    }
    return requireCapsules().capsules(types);
  }

  private CapsuleSession requireCapsules() {
    // RFC 9297 §2, §3.2: only an Extended CONNECT can have datagrams and capsules
    if (capsules == null) {
      throw new IllegalStateException(
          "datagrams and capsules need an Extended CONNECT: open the session with"
              + " Headers.connect(uri, protocol)");
    }
    // RFC 9297 §3.2: capsules are in use only after a response of 2xx
    if (!client && !accepted) {
      throw new IllegalStateException(
          "respond() with a final response of 2xx before datagrams and capsules");
    }
    return capsules;
  }

  @Override
  public Map<DatagramDropReason, Long> droppedDatagrams() {
    return capsules == null ? Map.of() : capsules.dropped();
  }

  @Override
  public BidirectionalStream stream() {
    return tunnel;
  }

  @Override
  public void reset(ErrorCode code) {
    Objects.requireNonNull(code, "code");
    stream.end(code);
    ended();
  }

  @Override
  public void close() {
    boolean answered = !client && stream.sent();
    stream.end(answered ? ErrorCode.H3_NO_ERROR : ErrorCode.H3_REQUEST_CANCELLED);
    ended();
  }

  private void ended() {
    if (capsules != null) {
      capsules.ended(Ends.closedHere());
    }
  }

  private interface Waiting {
    Headers run() throws IOException;
  }

  private static Headers interruptible(Waiting waiting) throws IOException, InterruptedException {
    try {
      return waiting.run();
    } catch (InterruptedIOException e) {
      InterruptedException interrupted = new InterruptedException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
