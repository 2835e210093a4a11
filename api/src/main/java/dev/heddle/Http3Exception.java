package dev.heddle;

import java.io.IOException;

/**
 * What ended a call that depends on the peer or the network. Each kind is a class of its own, so a
 * {@code switch} over them can be complete.
 */
public abstract sealed class Http3Exception extends IOException
    permits ConnectFailedException,
        ConnectionClosedException,
        DatagramContextClosedException,
        DatagramTooLargeException,
        DatagramsNotNegotiatedException,
        NotSupportedByPeerException,
        RequestRejectedException,
        SessionClosedException,
        StreamResetException {

  Http3Exception(String message, Throwable cause) {
    super(message, cause);
  }
}
