package dev.heddle.http3.session;

import dev.heddle.BidirectionalStream;
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
import java.util.List;
import java.util.Objects;

/** A session on its request stream. Any thread; the stream lets readers and writers take turns. */
final class RequestSession implements Session {
  private final RequestStream stream;
  private final HeddleConnection connection;
  private final OutgoingMessage messages;
  private final boolean client;
  private final BodyReader bodyReader;
  private final BodyWriter bodyWriter;
  private final RequestTunnel tunnel;

  RequestSession(
      RequestStream stream, HeddleConnection connection, OutgoingMessage messages, boolean client) {
    this.stream = stream;
    this.connection = connection;
    this.messages = messages;
    this.client = client;
    // RFC 9114 §4.1: a server that needs no more of a request says so with H3_NO_ERROR
    this.bodyReader =
        new BodyReader(stream, client ? ErrorCode.H3_REQUEST_CANCELLED : ErrorCode.H3_NO_ERROR);
    this.bodyWriter = new BodyWriter(stream);
    this.tunnel = new RequestTunnel(stream, bodyReader, bodyWriter);
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
    if (messages.isInterim(response)) {
      stream.interim(response);
    } else {
      stream.send(response, messages.bodyLength(response), messages.discardsBody());
    }
  }

  @Override
  public void respond(Headers response, byte[] body) throws IOException {
    requireServer();
    stream.send(response, messages.whole(response, body));
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
    stream.finish(trailers);
  }

  @Override
  public BidirectionalStream stream() {
    return tunnel;
  }

  @Override
  public void reset(ErrorCode code) {
    Objects.requireNonNull(code, "code");
    stream.end(code);
  }

  @Override
  public void close() {
    boolean answered = !client && stream.sent();
    stream.end(answered ? ErrorCode.H3_NO_ERROR : ErrorCode.H3_REQUEST_CANCELLED);
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
