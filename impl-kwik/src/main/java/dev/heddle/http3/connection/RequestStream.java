package dev.heddle.http3.connection;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.http3.quic.QuicStream;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request stream with its message in each direction. Any thread may call anything: readers take
 * turns, and so do writers; {@link #end} and what only looks never wait.
 */
public final class RequestStream {
  private final QuicStream quic;
  private final Http3Connection connection;
  private final boolean client;
  final TableLink link = new TableLink(this);
  private final AtomicBoolean done = new AtomicBoolean();
  private final StreamFate fate;
  private volatile Runnable onDone; // null until somebody wants to know

  private final ReceivingSide receiving;
  private final Headers request; // on a client; null on a server

  private final Direction sending; // its turn guards writer
  private final MessageWriter writer;

  RequestStream(QuicStream quic, Http3Connection connection, Headers request) {
    this.quic = quic;
    this.connection = connection;
    this.client = request != null;
    this.request = request;
    this.fate = new StreamFate(quic, connection, client, this::ended);
    this.receiving =
        new ReceivingSide(quic, fate, connection.rules(), request, this::doneIfBothEnded);
    this.sending = new Direction(fate, "writing", false);
    this.writer =
        new MessageWriter(
            quic, (client ? H3Error.H3_REQUEST_CANCELLED : H3Error.H3_INTERNAL_ERROR).code());
  }

  /** The stream id. */
  public long id() {
    return quic.id();
  }

  /** The connection. */
  public Http3Connection connection() {
    return connection;
  }

  /** The interim responses so far. */
  public List<Headers> informational() {
    return receiving.informational();
  }

  /** Whether the final header section of this side was sent. */
  public boolean started() {
    return writer.started();
  }

  /** Whether this side's message was sent to its end. */
  public boolean sent() {
    return writer.ended();
  }

  /** Whether nothing more can be sent: the end was sent, or this direction was given up. */
  public boolean sendingOver() {
    return writer.ended() || writer.torn() || sending.givenUp() || fate.sealed();
  }

  /** Whether this stream, or its connection, has ended or the peer gave a direction up. */
  public boolean gone() {
    return fate.sealed() || quic.givenUpByPeer() || connection.hasEnded();
  }

  /** The code with which the peer asked this side to stop sending, if it did. */
  public OptionalLong stoppedCode() {
    return quic.stoppedCode();
  }

  /** Whether it is known that this request is none that can have datagrams. */
  boolean knownWithoutDatagrams() {
    Headers known = client ? request : receiving.headersSoFar();
    return known != null && !MessageKind.extendedConnect(known);
  }

  /** The peer's final headers if they have arrived. */
  public Optional<Headers> headersSoFar() {
    return Optional.ofNullable(receiving.headersSoFar());
  }

  /** What calls are told of a failure, or of the end before it; a violation ends the stream. */
  public IOException explained(IOException met) {
    return fate.explained(met, true);
  }

  /** Waits for the peer's final headers. Once they are there, they stay, whatever ends. */
  public Headers headers() throws IOException {
    return receiving.headers();
  }

  /** Waits for body bytes; -1 at the end of the message. */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return receiving.read(buffer, offset, length);
  }

  /**
   * Checks what of the peer's message has come or comes within this time, unless somebody reads it
   * just now. What is found wrong ends the stream or the connection.
   */
  public void lookAhead(Duration patience) throws IOException {
    receiving.lookAhead(patience);
  }

  /** The same, and discards the body, of which nobody wants more: up to so many bytes of it. */
  public void discardRest(Duration patience, int mostBytes) throws IOException {
    receiving.discardRest(patience, mostBytes);
  }

  /** The trailers of a message that was read to its end. */
  public Headers trailers() throws IOException {
    return receiving.trailers();
  }

  /** Sends an interim response. */
  public void interim(Headers response) throws IOException {
    writing(() -> writer.interim(response));
  }

  /** The same, unless the final response was sent. */
  public void interimIfNotStarted(Headers response) throws IOException {
    writing(() -> {
      if (!writer.started()) {
        writer.interim(response);
      }
    });
  }

  /** Sends the final header section and leaves the body open. */
  public void send(Headers fields, OptionalLong bodyLength, boolean discardBody)
      throws IOException {
    writing(() -> writer.headers(fields, bodyLength, discardBody));
  }

  /** Sends a whole message. */
  public void send(Headers fields, byte[] body) throws IOException {
    writing(() -> writer.message(fields, body));
  }

  /** Sends body bytes. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    writing(() -> writer.body(bytes, offset, length));
  }

  /** Sends trailers, if any, and the end. */
  public void finish(Headers trailers) throws IOException {
    writing(() -> writer.end(trailers));
  }

  private void doneIfBothEnded() {
    if ((receiving.over() && sendingOver() || fate.sealed()) && done.compareAndSet(false, true)) {
      connection.done(this);
      Runnable action = onDone;
      if (action != null) {
        action.run();
      }
    }
  }

  /** Has something run, in place, once both directions are over; at once if they are. */
  public void onDone(Runnable action) {
    onDone = action;
    if (done.get()) {
      action.run();
    }
  }

  /** Counts what is legal on this stream, and useless. */
  public void countUseless() throws ProtocolException {
    connection.rules().frames().count();
  }

  /** Gives up both directions as far as they are not finished; a request is over with it. */
  public void end(ErrorCode code) {
    fate.requireSendable(code);
    fate.end(StreamEnd.CLOSED, code.value());
  }

  /** Gives up sending. */
  public void reset(ErrorCode code) {
    fate.requireSendable(code);
    if (!writer.ended()) {
      sending.giveUp();
      quic.reset(code.value());
      doneIfBothEnded();
    }
  }

  /** Gives up receiving. */
  public void stop(ErrorCode code) {
    fate.requireSendable(code);
    if (receiving.giveUp()) {
      quic.stopSending(code.value());
      doneIfBothEnded();
    }
  }

  /** Refuses a request of the peer without having looked at it. */
  void reject() {
    fate.end(StreamEnd.CLOSED, H3Error.H3_REQUEST_REJECTED.code());
  }

  /** Learns that the server will not process this request. */
  void rejected(String how) {
    fate.end(new StreamEnd.Rejected(how), H3Error.H3_REQUEST_CANCELLED.code());
  }

  /** Learns from the fate that it is sealed. */
  private void ended() {
    doneIfBothEnded();
    // RFC 9114 §10.5: a client that gives up one request after the other is an attacker
    // and so is one whose requests are malformed
    if (!client && (fate.violated() || !writer.ended() && quic.givenUpByPeer())) {
      connection.countGivenUp();
    }
  }

  private interface Write {
    void run() throws IOException;
  }

  private void writing(Write write) throws IOException {
    sending.enter();
    try {
      write.run();
    } catch (IOException e) {
      IOException explained = fate.explained(e, receiving.headersSoFar() != null);
      if (explained == e && sending.givenUp() && !(e instanceof InterruptedIOException)) {
        sending.requireUsable();
      }
      throw explained;
    } finally {
      doneIfBothEnded();
      sending.leave();
    }
  }
}
