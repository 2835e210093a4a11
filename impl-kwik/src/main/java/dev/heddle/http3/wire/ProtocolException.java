package dev.heddle.http3.wire;

import java.io.IOException;

/**
 * A violation of the protocol by the peer, thrown where it is detected and caught once per stream
 * thread, which resets the stream or closes the connection as {@link #scope()} says.
 *
 * <p>It carries no stack trace: a hostile peer could make us fill thousands per second, and code
 * and message name the rule that was broken.
 */
public final class ProtocolException extends IOException {
  /** What ends: the stream on which the violation came, or the whole connection. */
  public enum Scope {
    STREAM,
    CONNECTION
  }

  private final H3Error error;
  private final Scope scope;

  private ProtocolException(H3Error error, Scope scope, String message) {
    super(message);
    this.error = error;
    this.scope = scope;
  }

  /** A violation that ends the connection. */
  public static ProtocolException connection(H3Error error, String message) {
    return new ProtocolException(error, Scope.CONNECTION, message);
  }

  /** A violation that ends only the stream on which it came. */
  public static ProtocolException stream(H3Error error, String message) {
    return new ProtocolException(error, Scope.STREAM, message);
  }

  /** The code to send. */
  public H3Error error() {
    return error;
  }

  public Scope scope() {
    return scope;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  @Override
  public String toString() {
    return error + " (" + scope + "): " + getMessage();
  }
}
