package dev.heddle.http3.session;

import dev.heddle.BidirectionalStream;
import dev.heddle.ErrorCode;
import dev.heddle.http3.connection.RequestStream;
import java.io.InputStream;
import java.io.OutputStream;

/** The request stream as a plain stream of bytes in both directions. */
record RequestTunnel(
    RequestSession session, RequestStream stream, InputStream input, OutputStream output)
    implements BidirectionalStream {
  @Override
  public long id() {
    return stream.id();
  }

  @Override
  public void reset(ErrorCode code) {
    stream.reset(code);
    session.gaveUpSending();
  }

  @Override
  public void stop(ErrorCode code) {
    stream.stop(code);
  }

  @Override
  public void close() {
    reset(ErrorCode.H3_REQUEST_CANCELLED);
    stream.stop(ErrorCode.H3_REQUEST_CANCELLED);
  }
}
