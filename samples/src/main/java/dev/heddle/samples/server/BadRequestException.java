package dev.heddle.samples.server;

/** A request that an endpoint cannot answer; the client is told the message with status 400. */
final class BadRequestException extends Exception {
  BadRequestException(String message) {
    super(message);
  }
}
